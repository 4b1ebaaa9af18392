package tandem.phone;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The one thread that owns the GPU: takes programs and pictures in the order they came. */
final class Worker {
    /** A message and the connection that its answer goes to. */
    private static final class Task {
        final Connection from;
        final Wire.Message message;

        Task(Connection from, Wire.Message message) {
            this.from = from;
            this.message = message;
        }
    }

    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<Task>();
    private final Gpu gpu;
    private byte[] scratch = new byte[0];

    Worker(Gpu gpu) {
        this.gpu = gpu;
    }

    void submit(Connection from, Wire.Message message) {
        tasks.add(new Task(from, message));
    }

    /** Works until something fails. */
    void work() throws Gpu.GlException, InterruptedException {
        for (;;) {
            Task task = tasks.take();
            if (task.from.isClosed()) continue;
            if (task.message.type == Wire.PROGRAM) load(task);
            else compute(task);
        }
    }

    private void load(Task task) throws Gpu.GlException {
        long start = System.nanoTime();
        Program program;
        try {
            program = Program.decode(task.message.payload);
        } catch (RuntimeException malformed) {
            task.from.refuse(Wire.BAD_MESSAGE, "the program is malformed: " + malformed.getMessage());
            return;
        }
        gpu.load(program);
        scratch = new byte[program.outputBytes() + 4];
        task.from.send(Wire.message(Wire.LOADED, task.message.id, microsecondsSince(start), 0, new byte[0]));
    }

    private void compute(Task task) throws Gpu.GlException {
        Wire.Message message = task.message;
        if (!gpu.hasProgram() || message.length != gpu.program().inputBytes()) {
            String expected = gpu.hasProgram() ? "a picture of " + gpu.program().inputBytes() + " bytes" : "a program first";
            task.from.refuse(Wire.BAD_MESSAGE, "expected " + expected + " but got a picture of " + message.length + " bytes");
            return;
        }
        long start = System.nanoTime();
        Program program = gpu.program();
        byte[] answer = new byte[Wire.HEADER_BYTES + program.outputBytes()];
        gpu.run(message.payload, answer, Wire.HEADER_BYTES);
        int kind = fits(message.a, program) ? message.a : Wire.PLAIN;
        int length = kind == Wire.PLAIN ? program.outputBytes() : pack(kind, program, message.payload, answer);
        if (length < 0) {
            kind = Wire.PLAIN;
            length = program.outputBytes();
        }
        int waited = (int) ((start - message.arrivedNs) / 1000);
        Wire.putHeader(answer, Wire.RESULT, message.id, microsecondsSince(start), kind, waited, length);
        task.from.send(answer, Wire.HEADER_BYTES + length);
    }

    private int pack(int kind, Program program, byte[] picture, byte[] answer) {
        return kind == Wire.RESIDUAL4
            ? Residual.pack4(picture, program, answer, Wire.HEADER_BYTES, scratch)
            : Residual.pack8(picture, program, answer, Wire.HEADER_BYTES, scratch);
    }

    private static boolean fits(int kind, Program program) {
        return kind == Wire.RESIDUAL4 && program.bytesPerSample == 1 || kind == Wire.RESIDUAL8 && program.bytesPerSample == 2;
    }

    private static int microsecondsSince(long start) {
        return (int) ((System.nanoTime() - start) / 1000);
    }
}
