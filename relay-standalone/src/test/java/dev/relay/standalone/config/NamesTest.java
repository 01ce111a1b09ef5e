package dev.relay.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    private final Names names = new Names(List.of("port", "http_port", "database_url"));

    @ParameterizedTest
    @CsvSource({"prot,port", "ports,port", "databaseurl,database_url", "http-port,http_port", "datbase_ulr,database_url"
    })
    void a_slip_of_the_finger_is_recognised(String written, String meant) {
        assertThat(names.hint(written)).isEqualTo("; did you mean " + meant + "?");
    }

    @Test
    void a_name_like_no_other_gets_no_hint() {
        assertThat(names.hint("replication_factor")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ab,ab,0", "ab,ba,1", "abc,ac,1", "ac,abc,1", "kitten,sitting,3", "'',abc,3"})
    void distance_counts_slips(String a, String b, int slips) {
        assertThat(Names.distance(a, b)).isEqualTo(slips);
    }
}
