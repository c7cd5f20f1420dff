package io.pharos.promql.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FunctionsTest {
    private static final String STABLE = """
            abs ceil floor exp sqrt ln log2 log10 sgn round clamp clamp_max clamp_min sort sort_desc deg rad acos acosh asin asinh
            atan atanh cos cosh sin sinh tan tanh scalar vector time pi timestamp absent label_replace label_join year month
            day_of_month day_of_week day_of_year days_in_month hour minute rate increase delta irate idelta resets changes deriv
            predict_linear avg_over_time min_over_time max_over_time sum_over_time count_over_time quantile_over_time
            stddev_over_time stdvar_over_time last_over_time first_over_time present_over_time absent_over_time
            histogram_quantile histogram_fraction histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar
            """;
    private static final String EXPERIMENTAL = """
            sort_by_label sort_by_label_desc info start_timestamp start end step range min_of max_of double_exponential_smoothing
            mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_min_over_time ts_of_max_over_time histogram_quantiles
            """;

    @Test
    void theTableHasEveryFunctionOfTheLanguageWithItsRule() {
        assertThat(names(false)).isEqualTo(words(STABLE));
        assertThat(names(true)).isEqualTo(words(EXPERIMENTAL));
        assertThat(Functions.all())
                .allSatisfy(function -> assertThat(function.rule())
                        .as(function.name())
                        .hasSizeGreaterThan(5)
                        .doesNotEndWith("."));
    }

    private static Set<String> names(boolean experimental) {
        return Functions.all().stream()
                .filter(function -> function.experimental() == experimental)
                .map(FunctionDefinition::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(Set.of(text.trim().split("\\s+")));
    }
}
