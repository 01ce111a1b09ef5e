package dev.relay.websocket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionOffersTest {
    private static final String ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; client_max_window_bits=8",
                "permessage-deflate ;client_max_window_bits = \"15\"",
                "permessage-deflate; client_max_window_bits=\"1\\0\"",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "x-webkit-deflate-frame, permessage-deflate",
                "foo; a=1; b=\"2\"; a, , permessage-deflate,",
                ",permessage-deflate\t;\tclient_max_window_bits=10",
            })
    void an_offer_that_can_be_met_is_taken(String field) {
        assertThat(answer(field)).isEqualTo(ANSWER);
    }

    @Test
    void the_window_a_client_asks_of_the_server_comes_back_to_it() {
        assertThat(answer("permessage-deflate; server_max_window_bits=15; client_max_window_bits"))
                .isEqualTo(ANSWER + "; server_max_window_bits=15");
        assertThat(answer("permessage-deflate; server_max_window_bits=\"15\""))
                .isEqualTo(ANSWER + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "foo",
                "permessage-bzip2",
                "Permessage-Deflate",
                "permessage-deflate; server_max_window_bits", // needs a value
                "permessage-deflate; server_max_window_bits=14", // a window that java.util.zip does not have
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; client_max_window_bits=+9",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
                "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15",
                "permessage-deflate; level=9",
                "permessage-deflate; Client_No_Context_Takeover",
            })
    void an_offer_that_cannot_be_met_is_declined(String field) {
        assertThat(answer(field)).isEmpty();
    }

    @Test
    void the_first_offer_that_can_be_met_wins() {
        assertThat(answer("permessage-deflate; server_max_window_bits=10, permessage-deflate; level=1, "
                        + "permessage-deflate; server_max_window_bits=15, permessage-deflate"))
                .isEqualTo(ANSWER + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                "=",
                "permessage-deflate;",
                "permessage-deflate; ;a",
                "permessage-deflate; =1",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; client_max_window_bits=\"\"",
                "permessage-deflate; client_max_window_bits=\"9",
                "permessage-deflate; client_max_window_bits=\"9\\",
                "permessage-deflate; client_max_window_bits=\"9 \"",
                "permessage-deflate; client_max_window_bits=\"9\"9",
                "permessage-deflate client_max_window_bits",
                "permessage-deflate, @",
                "permessage-deflate, \"foo\"",
                "caf\u00e9",
            })
    void what_is_no_list_of_extensions_is_told_apart(String field) {
        assertThat(ExtensionOffers.parse(field)).isNull();
    }

    private static String answer(String field) {
        return requireNonNull(ExtensionOffers.parse(field), "well-formed").deflate();
    }
}
