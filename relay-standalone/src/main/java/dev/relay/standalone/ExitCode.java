package dev.relay.standalone;

/** How the process ends; what a supervisor acts on. */
enum ExitCode {
    /** Stopped because it was told to, or only printed something. */
    CLEAN(0, "stopped when told to"),
    /** Something outside the configuration: a port in use, a directory that cannot be written, a failed engine. */
    FAILED(1, "could not start or go on: port in use, data directory not usable, engine failed"),
    /** Starting again without changing the configuration is in vain. */
    MISCONFIGURED(2, "bad configuration, all faults listed on standard error");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    static ExitCode of(int code) {
        return values()[code]; // they are numbered from 0 on
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }
}
