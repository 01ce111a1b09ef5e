package dev.relay;

import java.util.List;

/** The configuration cannot work. All faults are listed, each with the option, its value and what is legal. */
public final class InvalidConfigurationException extends RelayException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    public InvalidConfigurationException(List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /** One line per fault, at least one. */
    public List<String> faults() {
        return faults;
    }
}
