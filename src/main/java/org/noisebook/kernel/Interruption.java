package org.noisebook.kernel;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Stops loops of cells that never look at the interrupt flag: their classes ask here before every branch backward, and as a
 * method or lambda begins.
 *
 * <p>While nobody is to stop, the question is a call of an empty method that the compiler of the JVM removes; the first
 * thread that is to stop changes the method, and the JVM compiles the loops anew. Cost: none in compiled code.
 */
public final class Interruption {
    private static final MethodType QUESTION = MethodType.methodType(void.class);
    private static final MethodHandle NOTHING = MethodHandles.empty(QUESTION);
    private static final MethodHandle STOP = stop();
    private static final MutableCallSite SITE = new MutableCallSite(NOTHING);
    private static final MethodHandle ASK = SITE.dynamicInvoker();
    /** How long the common pool may take to come to rest. */
    private static final long REST_NANOS = 1_000_000_000;

    private static final AtomicReference<Set<Thread>> STOPPED = new AtomicReference<>(Set.of());

    private Interruption() {}

    private static MethodHandle stop() {
        try {
            return MethodHandles.lookup().findStatic(Interruption.class, "stopIfTold", QUESTION);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Goes on, as a rule.
     *
     * @throws CancellationException if the thread, or the cell that it works for, was interrupted and did not end
     */
    public static void check() throws Throwable {
        ASK.invokeExact();
    }

    @SuppressWarnings("unused") // called by the handle
    private static void stopIfTold() {
        Thread thread = Thread.currentThread();
        // What the common pool does, all cells share; one that is interrupted waits for it.
        if (STOPPED.get().contains(thread)
                || thread instanceof ForkJoinWorkerThread worker && worker.getPool() == ForkJoinPool.commonPool()) {
            throw new CancellationException("the cell was interrupted");
        }
    }

    /** Stops a thread at the next question; it may do so until {@link #release}. */
    static synchronized void stop(Thread thread) {
        Set<Thread> more = new HashSet<>(STOPPED.get());
        more.removeIf(old -> !old.isAlive());
        more.add(thread);
        set(more);
    }

    /** Lets a thread go on, once the common pool that worked for it is at rest, and forgets those that have ended. */
    static synchronized void release(Thread thread) {
        long end = System.nanoTime() + REST_NANOS;
        while (thread != null
                && STOPPED.get().contains(thread)
                && ForkJoinPool.commonPool().getActiveThreadCount() > 0
                && System.nanoTime() < end) {
            LockSupport.parkNanos(REST_NANOS / 100);
        }
        if (!STOPPED.get().isEmpty()) {
            Set<Thread> fewer = new HashSet<>(STOPPED.get());
            fewer.removeIf(old -> old == thread || !old.isAlive());
            set(fewer);
        }
    }

    private static void set(Set<Thread> threads) {
        STOPPED.set(Set.copyOf(threads));
        MethodHandle now = threads.isEmpty() ? NOTHING : STOP;
        if (SITE.getTarget() != now) {
            SITE.setTarget(now);
            MutableCallSite.syncAll(new MutableCallSite[] {SITE});
        }
    }

    /** A class with the questions put in; as it was if it is of a Java that is not known here. */
    static byte[] weave(byte[] code) {
        try {
            ClassReader reader = new ClassReader(code);
            ClassWriter writer = new ClassWriter(reader, 0);
            reader.accept(new Weaver(writer), 0);
            return writer.toByteArray();
        } catch (RuntimeException e) {
            return code;
        }
    }

    private static final class Weaver extends ClassVisitor {
        Weaver(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String generic, String[] thrown) {
            MethodVisitor method = super.visitMethod(access, name, type, generic, thrown);
            return new Loops(method, !name.startsWith("<"));
        }
    }

    /** The stack stays as it is, so that no frame changes. */
    private static final class Loops extends MethodVisitor {
        private final Set<Label> seen = new HashSet<>();
        private final boolean asksFirst;

        Loops(MethodVisitor next, boolean asksFirst) {
            super(Opcodes.ASM9, next);
            this.asksFirst = asksFirst;
        }

        private void ask() {
            super.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    "org/noisebook/kernel/Interruption",
                    "check",
                    QUESTION.descriptorString(),
                    false);
        }

        private void askIfBackward(Label... targets) {
            for (Label target : targets) {
                if (seen.contains(target)) {
                    ask();
                    return;
                }
            }
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (asksFirst) {
                ask();
            }
        }

        @Override
        public void visitLabel(Label label) {
            seen.add(label);
            super.visitLabel(label);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            askIfBackward(label);
            super.visitJumpInsn(opcode, label);
        }

        @Override
        public void visitTableSwitchInsn(int least, int most, Label other, Label... labels) {
            askIfBackward(labels);
            askIfBackward(other);
            super.visitTableSwitchInsn(least, most, other, labels);
        }

        @Override
        public void visitLookupSwitchInsn(Label other, int[] keys, Label[] labels) {
            askIfBackward(labels);
            askIfBackward(other);
            super.visitLookupSwitchInsn(other, keys, labels);
        }
    }
}
