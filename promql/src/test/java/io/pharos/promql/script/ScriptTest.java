package io.pharos.promql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptTest {
    private static final String LOAD =
            "load 1m\n m{a=\"x\"} 1 2 _ 4 stale\n h {{count:2 sum:3 buckets:[1 1]}}x3\n c_total 1+1x9\n\n";

    private static Script.Result run(String evals) {
        return Script.run((LOAD + evals).lines().toList());
    }

    private static void passes(String evals) {
        assertThat(run(evals).failures()).as(evals).isEmpty();
    }

    private static void fails(String eval, String difference) {
        List<Script.Failure> failures = run(eval).failures();
        assertThat(failures).as(eval).hasSize(1);
        assertThat(failures.get(0).line()).isEqualTo(6);
        assertThat(failures.get(0).difference()).contains(difference);
    }

    @Test
    void whatIsRightPasses() {
        passes("eval instant at 1m m\n m{a=\"x\"} 2");
        passes("eval instant at 4m m");
        passes("eval range from 0 to 3m step 1m m\n m{a=\"x\"} 1 2 2 4");
        passes("eval instant at 1m h\n h {{schema:0 count:2 sum:3 buckets:[1 1 0]}}");
        passes("eval instant at 1m 1 + 1\n 2");
        passes("eval instant at 1m \"a\"\n expect string \"a\"");
        passes("eval instant at 3m m[3m]\n expect range vector from 1m to 3m step 1m\n m{a=\"x\"} 2 _ 4");
        passes("eval instant at 1m sort(m or c_total)\n expect ordered\n m{a=\"x\"} 2\n c_total 2");
        passes("eval instant at 1m rate(m)\n expect fail msg: expected type range vector in call to function \"rate\","
                + " got instant vector");
        passes("eval_fail instant at 1m rate(m)\n expected_fail_regexp range vector");
        passes("eval instant at 1m rate(m[2m])\n expect info msg: PromQL info: metric might not be a counter, name does"
                + " not end in _total/_sum/_count/_bucket: \"m\" (1:6)\n {a=\"x\"} 0.0166666666");
    }

    @Test
    void whatIsOtherwiseIsToldWithItsLine() {
        fails("eval instant at 1m m\n m{a=\"x\"} 3", "m{a=\"x\"} 2.0");
        fails("eval instant at 1m m", "expected nothing");
        fails("eval instant at 1m m\n m{a=\"x\"} 2\n m{a=\"y\"} 2", "m{a=\"y\"}");
        fails("eval range from 0 to 3m step 1m m\n m{a=\"x\"} 1 2 _ 4", "@ 120.0");
        fails("eval instant at 1m h\n h {{count:2 sum:3 buckets:[2]}}", "buckets:[1.0 1.0]");
        fails("eval instant at 1m rate(m[2m])\n expect no_info\n {a=\"x\"} 0.0166666666", "unexpected infos");
        fails("eval instant at 1m m\n expect warn\n m{a=\"x\"} 2", "no warnings like");
        fails("eval instant at 1m m\n expect fail", "did not fail");
        fails("eval instant at 1m rate(m)\n expect fail msg: something else", "failed otherwise");
        fails(
                "eval instant at 1m sort_desc(c_total or m * 0)\n expect ordered\n {a=\"x\"} 0\n c_total 2",
                "in this order");
    }

    @Test
    void instantsAreAskedForInOtherWaysToo() {
        // Right as an instant; wrong in a range, where sorting does nothing, only in order: so neither way is taken.
        passes("eval instant at 1m sort(c_total)\n expect ordered\n c_total 2");
        // The age of the newest sample is the same with @ at any other time: it passes only if that is really asked.
        passes("eval instant at 5m c_total - c_total offset 1m\n {} 1");
        passes("eval instant at 5m sum_over_time(c_total[2m:1m])\n {} 11");
    }

    @Test
    void whatCannotBeReadNamesItsLine() {
        assertThatThrownBy(() -> run("evil instant at 1m m")).hasMessage("line 6: cannot read evil instant at 1m m");
        assertThatThrownBy(() -> run("eval instant at 1m m\n m 1 x")).hasMessageContaining("line 6: no value: x");
        assertThatThrownBy(() -> Script.run(List.of("load 1m", " m {{nothing:3}}")))
                .hasMessageContaining("line 1: unknown key of a histogram: nothing");
    }
}
