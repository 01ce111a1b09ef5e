package dev.relay.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeReaderTest {
    @Test
    void scalars_stay_as_they_were_typed() throws IllegalValueException {
        assertThat(TreeReader.yaml("a: 0123\nb: off\nc: 1e3\nd: 'yes'\ne:\nf: null\ng: ''"))
                .isEqualTo(new Tree.Fields(Map.of(
                        "a", new Tree.Text("0123"),
                        "b", new Tree.Text("off"),
                        "c", new Tree.Text("1e3"),
                        "d", new Tree.Text("yes"),
                        "e", Tree.Nothing.INSTANCE,
                        "f", Tree.Nothing.INSTANCE,
                        "g", new Tree.Text(""))));
    }

    @Test
    void json_is_read_with_and_without_spaces() throws IllegalValueException {
        Tree expected =
                new Tree.Items(List.of(new Tree.Fields(Map.of("a", new Tree.Text("1"), "b", new Tree.Text("x:y")))));

        assertThat(TreeReader.json("[{\"a\":1,\"b\":\"x:y\"}]")).isEqualTo(expected);
        assertThat(TreeReader.json(" [ { \"a\" : 1 ,\n\t\"b\" : \"x:y\" } ] ")).isEqualTo(expected);
    }

    @Test
    void an_empty_document_is_nothing() throws IllegalValueException {
        assertThat(TreeReader.yaml("# only a comment\n")).isEqualTo(Tree.Nothing.INSTANCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{a: 1}", "{'a': 1}", "a: 1", "{\"a\": yes}", "{\"a\": 01}", "- 1", "{\"a\":", "", "{\"a\":1}{}"
            })
    void what_is_yaml_but_not_json_is_refused_where_json_is_wanted(String text) {
        assertThatThrownBy(() -> {
                    if (TreeReader.json(text) == Tree.Nothing.INSTANCE) {
                        throw new IllegalValueException("nothing");
                    }
                })
                .isInstanceOf(IllegalValueException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1%nb: 2%na: 3     | line 3, column 1: \"a\" is given twice",
                "a: &x 1%nb: *x       | line 1, column 4: anchors and aliases are not supported",
                "a: !!int 1           | line 1, column 4: tags are not supported",
                "a: !t {b: 1}         | line 1, column 4: tags are not supported",
                "? [1]%n: 2           | a name must be plain text",
                "a: 1%n---%nb: 2      | a second document",
                "a: [1                | not well-formed YAML",
            })
    void faults_say_where(String text, String fault) {
        assertThatThrownBy(() -> TreeReader.yaml(text.replace("%n", "\n")))
                .isInstanceOf(IllegalValueException.class)
                .hasMessageContaining(fault);
    }
}
