package io.pharos.promql.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.plan.RandomQueries;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0000',
            value = {
                "-1^2 | -1 ^ 2",
                "1 + 2 * 3 ^ 4 ^ 5 | 1 + 2 * 3 ^ 4 ^ 5",
                "SUM BY (job) (x) | sum by (job) (x)",
                "sum(x) without (job) | sum without (job) (x)",
                "{\"my.metric\", \"lab.el\"=\"v\"} | {\"my.metric\", \"lab.el\"=\"v\"}",
                "x{a='b',} | x{a=\"b\"}",
                "x[90m:] offset -5m @ 10 | x[1h30m:] @ 10.000 offset -5m",
                "x[300] | x[5m]",
                "1h30m | 5400",
                "0x1F | 31",
                "1_000.5 | 1000.5",
                "a and on(x) b unless c or d | a and on (x) b unless c or d",
                "a / on(x) group_left(y) b | a / on (x) group_left (y) b",
                "a > bool b | a > bool b",
                "sum | sum",
                "offset{by=\"without\"} | offset{by=\"without\"}",
                "rate(x[step()+1m]) | rate(x[(step() + 1m)])",
                "topk(1, x) # a comment | topk(1, x)",
                "`raw\\n` | \"raw\\\\n\"",
                "a + fill(2) b | a + fill_left (2) fill_right (2) b",
                "rate(x[1m] anchored) | rate(x[1m] anchored)",
                "x @ start() | x @ start()",
            })
    void printsCanonically(String text, String canonical) {
        assertThat(Parser.parse(text).toString()).isEqualTo(canonical);
        assertThat(Parser.parse(canonical).toString()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0000',
            value = {
                "rate(x) | 1:6: parse error: expected type range vector in call to function \"rate\", got instant vector",
                "nosuch(x) | 1:1: parse error: unknown function with name \"nosuch\"",
                "1 + | 1:4: parse error: unexpected end of input",
                "(x | 1:3: parse error: unclosed left parenthesis",
                "(x)) | 1:4: parse error: unexpected right parenthesis ')'",
                "*x | 1:1: parse error: unexpected <op:*>",
                "x by (y) | 1:3: parse error: unexpected <by>",
                "1 sum | 1:3: parse error: unexpected <aggr:sum>",
                "100..4 | 1:5: parse error: unexpected number \".4\"",
                "2.5. | 1:4: parse error: unexpected character: '.'",
                "x{a | 1:4: parse error: unexpected end of input inside braces",
                "x{a:b=1} | 1:4: parse error: unexpected character inside braces: ':'",
                "x{a=b} | 1:5: parse error: unexpected identifier \"b\" in label matching, expected string",
                "x{a=~\"(\"} | 1:3: parse error: error parsing regexp: missing closing ): `(`",
                "x !~ y | 1:3: parse error: unexpected character after '!': '~'",
                "x[] | 1:3: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()",
                "x[5m | 1:5: parse error: unexpected end of input in duration expression",
                "x \"abcdefghijkl\" | 1:3: parse error: unexpected string \"\\\"abcdefghi\"...",
                "a - on(b) ignoring(c) d | 1:11: parse error: unexpected <ignoring>",
                "x y $ | 1:3: parse error: unexpected identifier \"y\"",
                "1 > 2 | 1:3: parse error: comparisons between scalars must use BOOL modifier",
                "x + bool y | 1:3: parse error: bool modifier can only be used on comparison operators",
                "1 and x | 1:1: parse error: set operator \"and\" not allowed in binary scalar expression",
                "{a=~\".*\"} | 1:1: parse error: vector selector must contain at least one non-empty matcher",
                "x{__name__=\"y\"} | 1:1: parse error: metric name must not be set twice: \"x\" or \"y\"",
                "x offset 1m[5m] | 1:12: parse error: no offset modifiers allowed before range",
                "sum(x)[5m] | 1:7: parse error: ranges only allowed for vector selectors",
                "x[0s] | 1:3: parse error: duration must be greater than 0",
                "x[5m5m] | 1:3: parse error: not a valid duration string: \"5m5m\"",
                "1x | 1:1: parse error: bad number or duration syntax: \"1\"",
                "5mm | 1:1: parse error: bad number or duration syntax: \"5mm\"",
                "\"abc | 1:1: parse error: unterminated quoted string",
                "x $ y | 1:3: parse error: unexpected character: '$'",
                "topk(x) | 1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1",
                "time(1) | 1:1: parse error: expected 0 argument(s) in call to \"time\", got 1",
                "x offset 1m offset 2m | 1:1: parse error: offset may not be set multiple times",
                "a / on(x) group_left(x) b | 1:3: parse error: label \"x\" must not occur in ON and GROUP clause at once",
                "a and on(x) group_left b | 1:1: parse error: no grouping allowed for \"and\" operation",
                "x[5m] + 1 | 1:1: parse error: binary expression must contain only scalar and instant vector types",
            })
    void saysWhereAndWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> Parser.parse(text))
                .isInstanceOf(ParseException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "# only a comment"})
    void nothingIsNoQuery(String text) {
        assertThatThrownBy(() -> Parser.parse(text)).hasMessageContaining("no expression found in input");
    }

    @Test
    void nodesKnowTheirPlace() {
        Expr.Binary binary = (Expr.Binary) Parser.parse("1 +\n sum( rate(x[5m]) )");
        Expr.Aggregation sum = (Expr.Aggregation) binary.right();
        assertThat(sum.span().start()).isEqualTo(5);
        assertThat(sum.span().end()).isEqualTo(23);
        assertThat(sum.operand().span().start()).isEqualTo(10);
        assertThat(Position.of("1 +\n sum( rate(x[5m]) )", 10)).hasToString("2:7");
    }

    @Test
    void randomQueriesSurvivePrinting() {
        RandomQueries queries = new RandomQueries(new Random(7));
        for (int i = 0; i < 2000; i++) {
            String canonical = Parser.parse(queries.vector(5)).toString();
            assertThat(Parser.parse(canonical).toString()).isEqualTo(canonical);
        }
    }

    @Test
    void theQueriesOfAllScriptsSurvivePrinting() throws IOException {
        Pattern eval = Pattern.compile("eval\\s+(?:instant at \\S+|range from \\S+ to \\S+ step \\S+)\\s+(.*)");
        int parsed = 0;
        for (String file : List.of(
                "functions",
                "operators",
                "aggregators",
                "duration_expression",
                "fill-modifier",
                "extended_vectors",
                "native_histograms",
                "at_modifier",
                "info",
                "type_and_unit")) {
            for (String line : lines(file + ".test")) {
                Matcher matcher = eval.matcher(line.strip());
                if (matcher.matches() && canBeParsed(matcher.group(1))) {
                    String canonical = Parser.parse(matcher.group(1)).toString();
                    assertThat(Parser.parse(canonical).toString()).as(line).isEqualTo(canonical);
                    parsed++;
                }
            }
        }
        assertThat(parsed).isGreaterThan(1000);
    }

    private static boolean canBeParsed(String text) {
        try {
            Parser.parse(text);
            return true;
        } catch (ParseException expectedToFail) {
            return false;
        }
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = ParserTest.class.getResourceAsStream("/promqltest/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        }
    }

    @Test
    void anyInputIsATreeOrAnErrorWithAPlace() {
        String pieces =
                "sum|rate|(|)|[|]|{|}|5m|1e3|\"a\"|,|:|+|-|*|^|by|on|x|offset|@|bool|=~|!=|=|'|`|\\|0x|\n|#|é|start()|and|>/|group_left|_|.|1.";
        String[] parts = pieces.split("\\|", -1);
        Random random = new Random(11);
        for (int i = 0; i < 30_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(14); n >= 0; n--) {
                text.append(parts[random.nextInt(parts.length)]).append(random.nextBoolean() ? " " : "");
            }
            assertTreeOrErrorWithAPlace(text.toString());
        }
    }

    @Test
    void aDamagedQueryIsATreeOrAnErrorWithAPlace() {
        Random random = new Random(12);
        RandomQueries queries = new RandomQueries(random);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(queries.vector(1 + random.nextInt(4)));
            for (int n = random.nextInt(3); n >= 0 && text.length() > 0; n--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setLength(at);
                    case 2 -> text.insert(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
                    default -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
                }
            }
            assertTreeOrErrorWithAPlace(text.toString());
        }
    }

    private static void assertTreeOrErrorWithAPlace(String text) {
        try {
            String canonical = Parser.parse(text).toString();
            assertThat(Parser.parse(canonical).toString()).as(text).isEqualTo(canonical);
        } catch (ParseException refused) {
            assertThat(refused.getMessage()).as(text).matches("(?s)\\d+:\\d+: parse error: .+");
        }
    }

    /** Each would take minutes if anything were looked at again for each of what came before. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{|a=\"b\",|c=\"d\"}",
                "sum by (|a,|b) (x)",
                "absent(|x,|x)",
                "label_join(x, \"d\", \",\"|, \"a\"|)",
                "\"|a\\n|\"",
                "\"|a\\n|\" + x",
                "x|  |",
                "x # |comment |",
                "|y|y{a=\"b\"}",
                "x / on (|a,|b) y"
            })
    void longInputIsReadOnce(String pattern) {
        int first = pattern.indexOf('|');
        int last = pattern.indexOf('|', first + 1);
        String piece = pattern.substring(first + 1, last);
        String text =
                pattern.substring(0, first) + piece.repeat(300_000 / piece.length()) + pattern.substring(last + 1);
        assertTreeOrErrorWithAPlace(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "sum(", "x[5m:1m]", "1+", "abs(", "x or "})
    void depthIsBounded(String piece) {
        String text = piece.startsWith("x[") ? "x" + "[5m:1m]".repeat(100_000) : piece.repeat(100_000) + "1";
        assertThatThrownBy(() -> Parser.parse(text)).isInstanceOf(ParseException.class);
    }
}
