package dev.relay.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.config.Option;
import org.junit.jupiter.api.Test;

class HelpTextTest {
    @Test
    void every_option_is_there_with_flag_variable_and_default() {
        String text = HelpText.text();
        String flowing = text.replaceAll("\\s+", " ");

        for (Option<?> option : Option.all()) {
            assertThat(text).contains(option.flag() + "  " + option.variable());
            assertThat(flowing).contains("Default: " + option.defaultShown() + ".");
        }
        assertThat(text).contains("RELAY_API_KEY[_FILE]").contains("Exit codes");
    }

    @Test
    void it_fits_a_terminal() {
        assertThat(HelpText.text().lines()).allMatch(line -> line.length() <= 102);
    }
}
