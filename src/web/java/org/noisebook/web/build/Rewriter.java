package org.noisebook.web.build;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** Rewrites class files: what TeaVM lacks or has otherwise is called elsewhere, and everything becomes public. */
final class Rewriter {
    private static final String WEB = "org/noisebook/web/";
    /** Where classes of the JDK go that are taken along. */
    private static final String JDK = WEB + "jdk/";
    /** Functions of StrictMath, each a nested class of {@code java.lang.FdLibm}. */
    private static final Set<String> FDLIBM = Set.of(
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "atan2",
            "exp",
            "log",
            "log10",
            "cbrt",
            "hypot",
            "pow",
            "expm1",
            "log1p",
            "sinh",
            "cosh",
            "tanh",
            "IEEEremainder");
    /** Methods of Math that TeaVM has, with the JVM's bits, as single instructions. */
    private static final Set<String> NATIVE = Set.of("sqrt", "abs", "min", "max", "floor", "ceil");

    private static final String MATH = "java/lang/Math";
    private static final String STRICT_MATH = "java/lang/StrictMath";
    private static final String FMA = WEB + "Strict";
    private static final Set<String> REFLECT = Set.of(
            "getRecordComponents",
            "isRecord",
            "isSealed",
            "getPermittedSubclasses",
            "getAnnotation",
            "getDeclaredConstructor",
            "getConstructor",
            "getDeclaredMethod",
            "getGenericInterfaces",
            "getGenericSuperclass",
            "getResourceAsStream",
            "getSimpleName");
    /** Classes of the JDK that are taken along. */
    private static final Pattern TAKEN = Pattern.compile("java/lang/(FdLibm(\\$.*)?|(Strict)?Math)"
            + "|java/util/DoubleSummaryStatistics|java/awt/Shape|java/awt/geom/.*|sun/awt/geom/.*");

    private static final Map<String, String> OWN = Map.of(
            "java/util/StringJoiner", WEB + "Joiner",
            "java/lang/reflect/RecordComponent", WEB + "RecordPart",
            "java/lang/reflect/Method", WEB + "Member",
            "java/lang/reflect/Constructor", WEB + "Member",
            "java/security/MessageDigest", WEB + "Sha256",
            "java/util/HexFormat", WEB + "Hex",
            "java/awt/Color", WEB + "Colour",
            "java/awt/BasicStroke", WEB + "Stroke",
            "java/util/concurrent/locks/ReentrantLock", WEB + "Locks$One",
            "java/util/concurrent/atomic/AtomicReferenceArray", WEB + "Locks$Values");
    /** Methods whose bodies are calls of another of the same form. */
    private static final Map<String, String> BODIES = Map.of(
            "org/noisebook/experiment/OpenFamily.read", "read",
            "org/noisebook/data/FileBytes.isResource", "contains",
            "org/noisebook/solver/SharedTasks.run", "run",
            "org/noisebook/linalg/VectorSupport.probe", "hasVectors");
    /** Methods that throw: file formats that no figure reads, and loops on vectors. */
    private static final Pattern CUT = Pattern.compile("org/noisebook/(linalg/VectorSupport\\.create.*"
            + "|data/ArrayFile\\.tensors?|data/TableFile\\.(json|flatten))");

    private final Path out;
    private final Remapper names = new Remapper() {
        @Override
        public String map(String name) {
            return TAKEN.matcher(name).matches() && !name.equals(MATH) ? JDK + name : OWN.getOrDefault(name, name);
        }
    };

    Rewriter(Path out) {
        this.out = out;
    }

    /** Rewrites all classes below a folder, except those in some of its folders. */
    void folder(Path classes, String... without) throws IOException {
        List<Path> left = Arrays.stream(without).map(classes::resolve).toList();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) files.filter(one -> one.toString().endsWith(".class"))
                    .filter(one -> left.stream().noneMatch(one::startsWith))::iterator) {
                if (!file.endsWith("module-info.class")) {
                    one(Files.readAllBytes(file));
                }
            }
        }
    }

    /** Rewrites all classes in a jar. */
    void jar(Path jar) throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            folder(files.getPath("/"), "META-INF");
        }
    }

    /** Takes classes of a JDK along; returns their names. */
    Set<String> jdk(Path home) throws IOException {
        Set<String> taken = new TreeSet<>();
        try (FileSystem image = FileSystems.newFileSystem(URI.create("jrt:/"), Map.of("java.home", home.toString()))) {
            for (String module : List.of("java.base", "java.desktop")) {
                Path root = image.getPath("/modules", module);
                for (String folder : List.of("java/lang", "java/util", "java/awt", "java/awt/geom", "sun/awt/geom")) {
                    if (!Files.exists(root.resolve(folder))) {
                        continue;
                    }
                    try (Stream<Path> files = Files.list(root.resolve(folder))) {
                        for (Path file : (Iterable<Path>) files::iterator) {
                            String name = root.relativize(file).toString().replaceFirst("\\.class$", "");
                            if (file.toString().endsWith(".class")
                                    && TAKEN.matcher(name).matches()) {
                                one(Files.readAllBytes(file));
                                taken.add(name.replaceFirst("\\$.*", ""));
                            }
                        }
                    }
                }
            }
        }
        return taken;
    }

    private void one(byte[] code) throws IOException {
        ClassReader reader = new ClassReader(code);
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        reader.accept(new Calls(new ClassRemapper(writer, names)), 0);
        String name = reader.getClassName().equals(MATH) ? JDK + MATH : names.map(reader.getClassName());
        Path file = out.resolve(name + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, writer.toByteArray());
    }

    private static int open(int access) {
        return access & ~(Opcodes.ACC_PRIVATE | Opcodes.ACC_PROTECTED) | Opcodes.ACC_PUBLIC;
    }

    /** The method in place of another: its owner and name, with the receiver as the first argument; null for none. {@code type} calls it. */
    private static String[] elsewhere(String type, String owner, String name, String form) {
        switch (owner) {
            case STRICT_MATH, MATH:
                if (FDLIBM.contains(name)) {
                    String function = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
                    return new String[] {JDK + "java/lang/FdLibm$" + function, "compute"};
                }
                if (name.equals("fma") && !type.equals(MATH) && !type.equals(FMA)) {
                    return new String[] {FMA, name};
                }
                return new String[] {NATIVE.contains(name) ? MATH : JDK + owner, name};
            case "java/lang/Class":
                return name.equals("forName") && form.contains("ClassLoader") || REFLECT.contains(name)
                        ? new String[] {WEB + "Reflect", name}
                        : null;
            case "java/lang/String":
                return Set.of("format", "formatted", "lines").contains(name)
                        ? new String[] {WEB + "Texts", name}
                        : null;
            case "java/lang/System":
                return name.equals("getenv") ? new String[] {WEB + "Texts", name} : null;
            case "java/lang/Runtime":
                return name.equals("maxMemory") ? new String[] {WEB + "Texts", name} : null;
            case "java/lang/reflect/Array":
                return form.contains("[I") ? new String[] {WEB + "Texts", name} : null;
            case "java/io/ByteArrayOutputStream":
                return name.equals("writeBytes") ? new String[] {WEB + "Texts", name} : null;
            case "java/util/regex/Pattern":
                return name.equals("compile") ? new String[] {WEB + "Patterns", name} : null;
            case "java/util/stream/DoubleStream":
                return Set.of("sum", "average", "summaryStatistics", "distinct").contains(name)
                        ? new String[] {WEB + "Sums", name}
                        : null;
            case "java/util/stream/Stream", "java/util/stream/IntStream", "java/util/stream/LongStream":
                return name.equals("distinct") ? new String[] {WEB + "Sums", name} : null;
            default:
                return null;
        }
    }

    private static String withReceiver(boolean isStatic, String owner, String form) {
        return isStatic ? form : "(L" + owner + ";" + form.substring(1);
    }

    private static final class Calls extends ClassVisitor {
        private boolean isOurs;
        private String type;

        Calls(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String... interfaces) {
            type = name;
            isOurs = name.startsWith(WEB) && !name.equals(FMA) && !name.startsWith(WEB + "Bits");
            super.visit(
                    Opcodes.V17, open(access), name.equals(MATH) ? JDK + MATH : name, signature, parent, interfaces);
        }

        @Override
        public void visitInnerClass(String name, String outer, String inner, int access) {
            super.visitInnerClass(name, outer, inner, open(access));
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String form, String signature, String... thrown) {
            boolean widened = name.equals("<init>") || name.equals("standard") || (access & Opcodes.ACC_PRIVATE) == 0;
            int seen = widened && !name.equals("<clinit>") ? open(access) : access;
            MethodVisitor next = super.visitMethod(seen, name, form, signature, thrown);
            if (CUT.matcher(type + "." + name).matches()) {
                next.visitCode();
                next.visitTypeInsn(Opcodes.NEW, "java/lang/UnsupportedOperationException");
                next.visitInsn(Opcodes.DUP);
                next.visitLdcInsn("not in a page: " + name);
                next.visitMethodInsn(
                        Opcodes.INVOKESPECIAL,
                        "java/lang/UnsupportedOperationException",
                        "<init>",
                        "(Ljava/lang/String;)V",
                        false);
                next.visitInsn(Opcodes.ATHROW);
                next.visitMaxs(0, 0);
                next.visitEnd();
                return null;
            }
            String body = BODIES.get(type + "." + name);
            if (body != null) {
                next.visitCode();
                int local = 0;
                for (Type argument : Type.getArgumentTypes(form)) {
                    next.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), local);
                    local += argument.getSize();
                }
                next.visitMethodInsn(Opcodes.INVOKESTATIC, WEB + "Reflect", body, form, false);
                next.visitInsn(Type.getReturnType(form).getOpcode(Opcodes.IRETURN));
                next.visitMaxs(1, 1);
                next.visitEnd();
                return null;
            }
            return isOurs ? next : new Body(type, next);
        }
    }

    private static final class Body extends MethodVisitor {
        private final String type;

        Body(String type, MethodVisitor next) {
            super(Opcodes.ASM9, next);
            this.type = type;
        }

        @Override
        public void visitFieldInsn(int code, String owner, String name, String form) {
            super.visitFieldInsn(code, owner.equals(MATH) ? JDK + MATH : owner, name, form);
        }

        @Override
        public void visitInsn(int code) {
            // TeaVM subtracts from zero, which loses the sign of a zero.
            if (code == Opcodes.DNEG || code == Opcodes.FNEG) {
                super.visitLdcInsn(code == Opcodes.DNEG ? (Object) (-1.0) : (Object) (-1f));
                super.visitInsn(code == Opcodes.DNEG ? Opcodes.DMUL : Opcodes.FMUL);
            } else if (code == Opcodes.DREM) {
                // TeaVM rounds the quotient.
                super.visitMethodInsn(
                        Opcodes.INVOKESTATIC, JDK + "java/lang/FdLibm$IEEEremainder", "__ieee754_fmod", "(DD)D", false);
            } else {
                super.visitInsn(code);
            }
        }

        @Override
        public void visitMethodInsn(int code, String owner, String name, String form, boolean isInterface) {
            String[] to = elsewhere(type, owner, name, form);
            if (owner.equals("java/lang/invoke/MethodType")) {
                if (name.equals("methodType")) {
                    super.visitMethodInsn(
                            code, WEB + "Reflect", "boxed", "(Ljava/lang/Class;)Ljava/lang/Class;", false);
                }
            } else if (name.equals("parallel") && form.equals("()Ljava/util/stream/IntStream;")) {
                // There is one thread.
                return;
            } else if (to == null) {
                super.visitMethodInsn(code, owner, name, form, isInterface);
            } else {
                super.visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        to[0],
                        to[1],
                        withReceiver(code == Opcodes.INVOKESTATIC, owner, form),
                        false);
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String form, Handle bootstrap, Object... arguments) {
            Object[] changed = arguments.clone();
            for (int k = 0; k < changed.length; k++) {
                if (changed[k] instanceof Handle one) {
                    String[] to = elsewhere(type, one.getOwner(), one.getName(), one.getDesc());
                    if (to != null) {
                        boolean isStatic = one.getTag() == Opcodes.H_INVOKESTATIC;
                        changed[k] = new Handle(
                                Opcodes.H_INVOKESTATIC,
                                to[0],
                                to[1],
                                withReceiver(isStatic, one.getOwner(), one.getDesc()),
                                false);
                    }
                }
            }
            super.visitInvokeDynamicInsn(name, form, bootstrap, changed);
        }
    }
}
