package org.noisebook.opencl;

import static org.jocl.CL.CL_CONTEXT_PLATFORM;
import static org.jocl.CL.CL_DEVICE_DOUBLE_FP_CONFIG;
import static org.jocl.CL.CL_DEVICE_GLOBAL_MEM_SIZE;
import static org.jocl.CL.CL_DEVICE_LOCAL_MEM_SIZE;
import static org.jocl.CL.CL_DEVICE_MAX_COMPUTE_UNITS;
import static org.jocl.CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE;
import static org.jocl.CL.CL_DEVICE_MAX_WORK_GROUP_SIZE;
import static org.jocl.CL.CL_DEVICE_NAME;
import static org.jocl.CL.CL_DEVICE_SINGLE_FP_CONFIG;
import static org.jocl.CL.CL_DEVICE_TYPE;
import static org.jocl.CL.CL_DEVICE_TYPE_GPU;
import static org.jocl.CL.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.CL_PLATFORM_NAME;
import static org.jocl.CL.CL_PLATFORM_VERSION;
import static org.jocl.CL.CL_PROGRAM_BUILD_LOG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;

/** {@link OpenclQueue} implemented with JOCL. */
final class JoclQueue implements OpenclQueue {
    /** JOCL's constant is −1 in 64 bits, which Mesa rejects. */
    private static final long ALL_DEVICES = 0xFFFFFFFFL;

    private static final String ALWAYS = "-cl-std=CL1.2";
    private static final String ROUNDED = " -cl-fp32-correctly-rounded-divide-sqrt";

    static {
        CL.setExceptionsEnabled(true);
    }

    private record Memory(cl_mem handle, Deque<Runnable> owner, Runnable release) implements Buffer {
        @Override
        public void close() {
            if (owner.remove(release)) {
                release.run();
            }
        }
    }

    private record Compiled(cl_kernel handle, String name) implements Kernel {}

    private record Found(OpenclDevice device, cl_platform_id platform, cl_device_id handle) {}

    private final OpenclDevice device;
    private final cl_device_id handle;
    private final cl_context context;
    private final cl_command_queue queue;
    /** Resources to be released, in reverse order of creation. */
    private final Deque<Runnable> made = new ArrayDeque<>();

    private final Map<List<String>, Kernel> built = new HashMap<>();

    JoclQueue(OpenclDevice device) {
        List<Found> all = find();
        if (device.number() >= all.size() || !all.get(device.number()).device().equals(device)) {
            throw new UncheckedIOException(new IOException("OpenCL: " + device.name() + " is no longer available"));
        }
        Found found = all.get(device.number());
        this.device = device;
        this.handle = found.handle();
        cl_context_properties properties = new cl_context_properties();
        properties.addProperty(CL_CONTEXT_PLATFORM, found.platform());
        this.context = tried(
                "open " + device.name(),
                () -> CL.clCreateContext(properties, 1, new cl_device_id[] {handle}, null, null, null));
        made.push(() -> CL.clReleaseContext(context));
        this.queue = tried("open " + device.name(), () -> CL.clCreateCommandQueue(context, handle, 0, null));
        made.push(() -> CL.clReleaseCommandQueue(queue));
    }

    static List<OpenclDevice> list() {
        return find().stream().map(Found::device).toList();
    }

    private static List<Found> find() {
        List<Found> found = new ArrayList<>();
        for (cl_platform_id platform : platforms()) {
            for (cl_device_id id : devices(platform)) {
                found.add(new Found(describe(found.size(), platform, id), platform, id));
            }
        }
        return found;
    }

    private static cl_platform_id[] platforms() {
        try {
            int[] count = new int[1];
            CL.clGetPlatformIDs(0, null, count);
            cl_platform_id[] all = new cl_platform_id[count[0]];
            CL.clGetPlatformIDs(all.length, all, null);
            return all;
        } catch (CLException e) {
            // The loader reports this if no driver is installed.
            return new cl_platform_id[0];
        }
    }

    private static cl_device_id[] devices(cl_platform_id platform) {
        try {
            int[] count = new int[1];
            CL.clGetDeviceIDs(platform, ALL_DEVICES, 0, null, count);
            cl_device_id[] all = new cl_device_id[count[0]];
            CL.clGetDeviceIDs(platform, ALL_DEVICES, all.length, all, null);
            return all;
        } catch (CLException e) {
            // A driver without a device reports an error.
            return new cl_device_id[0];
        }
    }

    private static OpenclDevice describe(int number, cl_platform_id platform, cl_device_id id) {
        return tried(
                "ask a device",
                () -> new OpenclDevice(
                        number,
                        text((size, to, length) -> CL.clGetDeviceInfo(id, CL_DEVICE_NAME, size, to, length)),
                        text((size, to, length) -> CL.clGetPlatformInfo(platform, CL_PLATFORM_NAME, size, to, length))
                                + ", "
                                + text((size, to, length) ->
                                                CL.clGetPlatformInfo(platform, CL_PLATFORM_VERSION, size, to, length))
                                        // PoCL appends its build information after two blanks.
                                        .split("  ")[0],
                        (number(id, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_GPU) != 0,
                        (int) number(id, CL_DEVICE_MAX_COMPUTE_UNITS),
                        number(id, CL_DEVICE_GLOBAL_MEM_SIZE),
                        number(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE),
                        number(id, CL_DEVICE_LOCAL_MEM_SIZE),
                        (int) number(id, CL_DEVICE_MAX_WORK_GROUP_SIZE),
                        number(id, CL_DEVICE_DOUBLE_FP_CONFIG) != 0,
                        (number(id, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0));
    }

    private interface Question {
        void ask(long size, Pointer to, long[] length);
    }

    private static String text(Question question) {
        long[] length = new long[1];
        question.ask(0, null, length);
        byte[] bytes = new byte[(int) length[0]];
        question.ask(bytes.length, Pointer.to(bytes), null);
        return new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
    }

    /** A number of 32 or 64 bits; 0 if the device does not know the query. */
    private static long number(cl_device_id id, int question) {
        long[] value = new long[1];
        try {
            CL.clGetDeviceInfo(id, question, Sizeof.cl_long, Pointer.to(value), null);
        } catch (CLException e) {
            return 0;
        }
        return value[0];
    }

    private static <T> T tried(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (CLException e) {
            throw failure(what, e);
        }
    }

    private static UncheckedIOException failure(String what, CLException e) {
        return new UncheckedIOException(
                new IOException("OpenCL: cannot " + what + ": " + CL.stringFor_errorCode(e.getStatus()), e));
    }

    @Override
    public OpenclDevice device() {
        return device;
    }

    @Override
    public Kernel build(String kernel, String options, String... files) {
        List<String> key = new ArrayList<>(List.of(kernel, options));
        Collections.addAll(key, files);
        return built.computeIfAbsent(key, all -> compile(kernel, options, files));
    }

    private Kernel compile(String kernel, String options, String... files) {
        StringBuilder text = new StringBuilder("#pragma OPENCL FP_CONTRACT OFF\n");
        if (device.hasDouble()) {
            text.append("#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n#define FP64 1\n");
        }
        for (String file : files) {
            text.append(OpenclQueue.source(file)).append('\n');
        }
        cl_program program = tried(
                "build " + kernel,
                () -> CL.clCreateProgramWithSource(context, 1, new String[] {text.toString()}, null, null));
        made.push(() -> CL.clReleaseProgram(program));
        String all = ALWAYS + (device.roundsDivision() ? ROUNDED : "") + " " + options;
        try {
            CL.clBuildProgram(program, 1, new cl_device_id[] {handle}, all, null, null);
            cl_kernel built = CL.clCreateKernel(program, kernel, null);
            made.push(() -> CL.clReleaseKernel(built));
            return new Compiled(built, kernel);
        } catch (CLException e) {
            String log = text((size, to, length) ->
                    CL.clGetProgramBuildInfo(program, handle, CL_PROGRAM_BUILD_LOG, size, to, length));
            String line = log.lines()
                    .filter(each -> each.contains("error"))
                    .findFirst()
                    .map(each -> ": " + each.strip())
                    .orElse("");
            String what = failure("build " + kernel, e).getCause().getMessage();
            throw new UncheckedIOException(new IOException(what + line, e));
        }
    }

    @Override
    public Buffer buffer(long bytes) {
        cl_mem memory = tried(
                "get " + bytes + " bytes", () -> CL.clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, null, null));
        Runnable release = () -> CL.clReleaseMemObject(memory);
        made.push(release);
        return new Memory(memory, made, release);
    }

    @Override
    public void write(Buffer to, long place, Object array) {
        tried("write", () -> {
            long bytes = bytes(array);
            return bytes == 0
                    ? 0
                    : CL.clEnqueueWriteBuffer(queue, handle(to), true, place, bytes, pointer(array), 0, null, null);
        });
    }

    @Override
    public void read(Buffer from, long place, Object array) {
        finish();
        tried("read", () -> {
            long bytes = bytes(array);
            return bytes == 0
                    ? 0
                    : CL.clEnqueueReadBuffer(queue, handle(from), true, place, bytes, pointer(array), 0, null, null);
        });
    }

    @Override
    public void launch(Kernel kernel, int groups, int items, Object... arguments) {
        Compiled compiled = (Compiled) kernel;
        tried("run " + compiled.name(), () -> {
            for (int i = 0; i < arguments.length; i++) {
                set(compiled.handle(), i, arguments[i]);
            }
            return CL.clEnqueueNDRangeKernel(
                    queue,
                    compiled.handle(),
                    1,
                    null,
                    new long[] {(long) groups * items},
                    new long[] {items},
                    0,
                    null,
                    null);
        });
    }

    private static void set(cl_kernel kernel, int place, Object argument) {
        if (argument instanceof Memory memory) {
            CL.clSetKernelArg(kernel, place, Sizeof.cl_mem, Pointer.to(memory.handle()));
        } else {
            Object one;
            if (argument instanceof Integer number) {
                one = new int[] {number};
            } else if (argument instanceof Long number) {
                one = new long[] {number};
            } else if (argument instanceof Float number) {
                one = new float[] {number};
            } else {
                one = new double[] {(Double) argument};
            }
            CL.clSetKernelArg(kernel, place, bytes(one), pointer(one));
        }
    }

    @Override
    public void finish() {
        tried("finish", () -> CL.clFinish(queue));
    }

    private static cl_mem handle(Buffer buffer) {
        return ((Memory) buffer).handle();
    }

    private static long bytes(Object array) {
        int size = array instanceof int[] || array instanceof float[] ? Integer.BYTES : Long.BYTES;
        return (long) Array.getLength(array) * size;
    }

    private static Pointer pointer(Object array) {
        if (array instanceof int[] numbers) {
            return Pointer.to(numbers);
        } else if (array instanceof long[] numbers) {
            return Pointer.to(numbers);
        } else if (array instanceof float[] numbers) {
            return Pointer.to(numbers);
        }
        return Pointer.to((double[]) array);
    }

    @Override
    public boolean isOpen() {
        return !made.isEmpty();
    }

    @Override
    public void close() {
        while (!made.isEmpty()) {
            try {
                made.pop().run();
            } catch (CLException e) {
                // The device is lost, so there is nothing left to release.
            }
        }
    }
}
