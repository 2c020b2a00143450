import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.noisebook.cli.Main;

/** Runs commands of the kit in one process, one a line of standard input with tabs between its words, until one fails. */
final class Commands {
    private Commands() {}

    public static void main(String[] arguments) throws IOException {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            int status = Main.execute(out, err, command.split("\t", -1));
            if (status != 0) {
                System.exit(status);
            }
        }
        System.exit(0);
    }
}
