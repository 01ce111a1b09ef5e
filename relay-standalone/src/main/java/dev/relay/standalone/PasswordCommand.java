package dev.relay.standalone;

import dev.relay.standalone.config.PasswordHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The subcommand {@code password}: prints what to configure in place of a password. Reads it twice from the terminal, or one line
 * from standard input; never from an argument, which everybody on the machine can see.
 */
final class PasswordCommand {
    static final String NAME = "password";

    private final InputStream in;

    PasswordCommand(InputStream in) {
        this.in = in;
    }

    /** Prints the hash and nothing else, or the help text, on {@code out}; faults on {@code err}. */
    ExitCode run(String[] words, PrintStream out, PrintStream err) {
        if (words.length > 0 && (words[0].equals("--help") || words[0].equals("-h"))) {
            out.print(HelpText.ofPassword());
            return ExitCode.CLEAN;
        }
        if (words.length > 0) {
            return refused("it takes no arguments: the password is asked for, or one line of standard input", err);
        }
        String password;
        try {
            Console terminal = System.console();
            password = terminal == null ? line() : asked(terminal);
        } catch (IOException e) {
            return refused("standard input cannot be read: " + e.getMessage(), err);
        }
        if (password == null || password.isBlank()) {
            return refused("the password is empty, or not the same twice", err);
        }
        if (password.length() > PasswordHash.MAX_LENGTH) {
            return refused("the password has more than " + PasswordHash.MAX_LENGTH + " characters", err);
        }
        out.println(PasswordHash.of(password, PasswordHash.ITERATIONS).text());
        return ExitCode.CLEAN;
    }

    private static ExitCode refused(String why, PrintStream err) {
        err.println("relay: no hash made, " + why);
        return ExitCode.MISCONFIGURED;
    }

    private @Nullable String line() throws IOException {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
    }

    private static @Nullable String asked(Console terminal) {
        char[] first = terminal.readPassword("Password: ");
        char[] second = terminal.readPassword("Again: ");
        return first == null || second == null || !new String(first).equals(new String(second))
                ? null
                : new String(first);
    }
}
