package org.noisebook.kernel;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.HashMap;
import java.util.Map;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import jdk.jshell.spi.ExecutionControl.InternalException;

/** Loads what cells compile to, and the jars that cells add; the kit and its libraries are its parent's. */
final class CellLoader implements LoaderDelegate {
    private final Loader loader = new Loader();

    /** The class loader of cells. */
    ClassLoader loader() {
        return loader;
    }

    @Override
    public void load(ClassBytecodes[] codes) throws ClassInstallException {
        boolean[] loaded = new boolean[codes.length];
        try {
            for (ClassBytecodes code : codes) {
                loader.add(code.name(), Interruption.weave(code.bytecodes()));
            }
            for (int k = 0; k < codes.length; k++) {
                loaded[k] = loader.loadClass(codes[k].name()) != null;
            }
        } catch (ClassNotFoundException | LinkageError e) {
            ClassInstallException failure = new ClassInstallException("load: " + e.getMessage(), loaded);
            failure.initCause(e);
            throw failure;
        }
    }

    @Override
    public void classesRedefined(ClassBytecodes[] codes) {
        // A redefined class comes under a new name.
    }

    @Override
    public void addToClasspath(String path) throws InternalException {
        for (String entry : path.split(File.pathSeparator)) {
            try {
                loader.addURL(new File(entry).toURI().toURL());
            } catch (MalformedURLException e) {
                throw new InternalException("not a path: " + entry);
            }
        }
    }

    @Override
    public Class<?> findClass(String name) throws ClassNotFoundException {
        return loader.loadClass(name);
    }

    private static final class Loader extends URLClassLoader {
        private final Map<String, byte[]> classes = new HashMap<>();

        Loader() {
            super(new URL[0], CellLoader.class.getClassLoader());
        }

        synchronized void add(String name, byte[] code) {
            classes.put(name, code);
        }

        @Override
        protected void addURL(URL url) {
            super.addURL(url);
        }

        @Override
        protected synchronized Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] code = classes.get(name);
            return code == null ? super.findClass(name) : defineClass(name, code, 0, code.length);
        }
    }
}
