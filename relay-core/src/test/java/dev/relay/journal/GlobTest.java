package dev.relay.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                // glob, text, whether it matches
                "'' '' true",
                "'' a false",
                "a a true",
                "a b false",
                "a A false",
                "a aa false",
                "aa a false",
                "* '' true",
                "* chat:room.1 true",
                "** a true",
                "chat:* chat:1 true",
                "chat:* chat: true",
                "chat:* chat false",
                "chat:* xchat:1 false",
                "*:1 chat:1 true",
                "*:1 chat:12 false",
                "*:1 chat:1:1 true",
                "a*b ab true",
                "a*b axxb true",
                "a*b aba false",
                "a*b*c abc true",
                "a*b*c axbxbxc true",
                "a*b*c axcxb false",
                "? a true",
                "? '' false",
                "? ab false",
                "a?c abc true",
                "a?c ac false",
                "?* a true",
                "?* '' false",
                "*? '' false",
                "*? ab true",
                "[abc] b true",
                "[abc] d false",
                "[abc] '' false",
                "[abc] ab false",
                "[a-c] b true",
                "[a-c] d false",
                "[a-cx-z0] y true",
                "[a-cx-z0] 0 true",
                "[a-cx-z0] d false",
                "[!a-c] d true",
                "[!a-c] b false",
                "[!a-c] '' false",
                "[^a-c] d true",
                "[^a-c] a false",
                "[a!^] ! true",
                "[a!^] ^ true",
                "[-a] - true",
                "[a-] - true",
                "[a-] b false",
                "[!-] - false",
                "[*?] * true",
                "[*?] a false",
                "[{,}] , true",
                "[\\]] ] true",
                "[\\\\] \\ true",
                "[\\a-\\c] b true",
                "room-[0-9][0-9] room-42 true",
                "room-[0-9][0-9] room-4 false",
                "{a,b} a true",
                "{a,b} b true",
                "{a,b} c false",
                "{a,b} {a,b} false",
                "{a} a true",
                "{} '' true",
                "{a,} '' true",
                "{a,}b b true",
                "{a,}b ab true",
                "{,a}b aab false",
                "{chat,news}:* news:1 true",
                "{chat,news}:* sport:1 false",
                "x{a,bc}y xbcy true",
                "x{a,bc}y xby false",
                "{a*,*b} axx true",
                "{a*,*b} xxb true",
                "{a*,*b} xx false",
                "{a,b}{c,d} bc true",
                "{a,b}{c,d} ab false",
                "{a,{b,c}d} cd true",
                "{a,{b,c}d} c false",
                "{a,{b,{c,d}}e} de true",
                "{[a,b],c} , true",
                "{a?,b} ax true",
                "{\\,,b} , true",
                "{a\\}} a} true",
                "a,b a,b true",
                "a} a} true",
                "a] a] true",
                "a-b a-b true",
                "! ! true",
                "\\* * true",
                "\\* a false",
                "\\\\ \\ true",
                "\\a a true",
                "\\[a] [a] true",
                "\\{a,b} {a,b} true",
                "a\\?* a?b true",
                "a\\?* axb false",
                "? 😀 true",
                "[😀-😂] 😁 true",
                "[😀-😂] 😃 false",
                "😀* 😀! true",
                "é* é true"
            })
    void a_glob_matches(String glob, String text, boolean matches) {
        assertThat(Glob.compile(glob).matches(text)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "[ 'a [ is not closed, at character 1'",
                "ab[cd 'a [ is not closed, at character 3'",
                "[!a 'a [ is not closed, at character 1'",
                "[a\\] 'a [ is not closed, at character 1'",
                "x[] 'a [] holds no character, at character 2'",
                "[!] 'a [] holds no character, at character 1'",
                "[z-a] 'a range ends before it begins: z-a, at character 2'",
                "{ 'a { is not closed, at character 1'",
                "a{b,c 'a { is not closed, at character 2'",
                "{a,{b} 'a { is not closed, at character 1'",
                "{a,{b 'a { is not closed, at character 4'",
                "a\\ 'nothing follows a backslash, at character 2'",
                "[\\ 'nothing follows a backslash, at character 2'"
            })
    void a_malformed_glob_is_refused_with_what_is_wrong_and_where(String glob, String fault) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Glob.compile(glob))
                .withMessage("glob \"" + glob + "\": " + fault);
    }

    @Test
    void length_and_nesting_are_limited() {
        String most = "?".repeat(Glob.MAX_LENGTH);
        assertThat(Glob.compile(most).matches("x".repeat(Glob.MAX_LENGTH))).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Glob.compile(most + "*"))
                .withMessage("glob has 257 characters, the limit is 256");
        String deepest = "{".repeat(Glob.MAX_DEPTH) + "a" + "}".repeat(Glob.MAX_DEPTH);
        assertThat(Glob.compile(deepest).matches("a")).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Glob.compile("{" + deepest + "}"))
                .withMessageContaining("alternatives are nested more than 8 deep, at character 9");
    }

    /** With backtracking the first of these takes longer than the universe is old. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
                "{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}*{a,aa}*{a,aa}b",
                "{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}{*a,a*}b",
                "*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?b",
                "{*,{*,{*,{*,{*,{*,{*,{*,a}}}}}}}}{*,{*,{*,{*,{*,{*,{*,{*,a}}}}}}}}{*,{*,{*,{*,{*,{*,{*,{*,a}}}}}}}}b"
            })
    void no_glob_takes_long(String glob) {
        assertTimeout(Duration.ofSeconds(20), () -> {
            Glob compiled = Glob.compile(glob);
            String text = "a".repeat(255);
            for (int i = 0; i < 100; i++) {
                assertThat(compiled.matches(text)).isFalse();
            }
            assertThat(compiled.matches(text + "b")).isTrue();
        });
    }

    @Test
    void random_globs_agree_with_regular_expressions() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int matched = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder glob = new StringBuilder();
            StringBuilder regex = new StringBuilder();
            write(random, glob, regex, 2);
            Glob compiled = Glob.compile(glob.toString());
            Pattern pattern = Pattern.compile(regex.toString());
            for (int j = 0; j < 10; j++) {
                String text = text(random);
                boolean matches = compiled.matches(text);
                assertThat(matches)
                        .as("seed %d: '%s' and '%s'", seed, glob, text)
                        .isEqualTo(pattern.matcher(text).matches());
                matched += matches ? 1 : 0;
            }
        }
        assertThat(matched).as("seed %d", seed).isBetween(20_000, 180_000);
    }

    private static void write(Random random, StringBuilder glob, StringBuilder regex, int depth) {
        for (int parts = random.nextInt(4); parts > 0; parts--) {
            char letter = "abc".charAt(random.nextInt(3));
            switch (random.nextInt(depth == 0 ? 7 : 9)) {
                case 0, 1 -> {
                    glob.append('*');
                    regex.append(".*");
                }
                case 2 -> {
                    glob.append('?');
                    regex.append('.');
                }
                case 3 -> {
                    glob.append("[a-").append(letter).append(']');
                    regex.append("[a-").append(letter).append(']');
                }
                case 4 -> {
                    glob.append(random.nextBoolean() ? "[!" : "[^")
                            .append(letter)
                            .append("*]");
                    regex.append("[^").append(letter).append("*]");
                }
                case 5, 6 -> {
                    glob.append(random.nextBoolean() ? "" : "\\").append(letter);
                    regex.append(letter);
                }
                default -> {
                    glob.append('{');
                    regex.append("(?:");
                    for (int branches = random.nextInt(3); branches >= 0; branches--) {
                        write(random, glob, regex, depth - 1);
                        glob.append(branches > 0 ? "," : "}");
                        regex.append(branches > 0 ? "|" : ")");
                    }
                }
            }
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(7); length > 0; length--) {
            text.append("abc*".charAt(random.nextInt(4)));
        }
        return text.toString();
    }
}
