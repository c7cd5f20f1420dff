package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.promql.query.QueryException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletionRoutesTest {
    private static final String DELETE = "/api/v1/admin/tsdb/delete_series";
    private static final String CLEAN = "/api/v1/admin/tsdb/clean_tombstones";

    private final ApiFixture fixture =
            new ApiFixture(null, Duration.ofMillis(100), Set.of("query"), Optional.empty(), true);

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.deletions.clear();
        fixture.deletionFailure = null;
    }

    @Test
    void whatAnySelectorMatchesInARangeIsDeleted() {
        HttpResponse<String> answer =
                fixture.form(DELETE, "match[]=up&match[]={job=\"a\",host=~\"b.*\"}&start=10.5&end=20");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(fixture.deletions).containsExactly("[[__name__=\"up\"], [job=\"a\", host=~\"b.*\"]] 10500 20000");
        assertThat(fixture.send(fixture.to(DELETE + "?match[]=up").PUT(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(204);
        assertThat(fixture.deletions).hasSize(2);
        assertThat(fixture.deletions.get(1)).contains("-994169548800000 994169548800000");
    }

    @Test
    void thereIsNothingToClean() {
        assertThat(fixture.form(CLEAN, "").statusCode()).isEqualTo(204);
        assertThat(fixture.deletions).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start=1                  | no match[] parameter provided",
                "match[]={}               | must contain at least one non-empty matcher",
                "match[]=up&start=x       | cannot parse",
                "match[]=up&start=2&end=1 | end timestamp must not be before start time",
            })
    void aBadRequestDeletesNothing(String form, String why) {
        HttpResponse<String> answer = fixture.form(DELETE, form);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("bad_data").contains(why);
        assertThat(fixture.deletions).isEmpty();
    }

    @Test
    void aShardThatDoesNotAnswerIsNamedAndToAskAgainIsRight() {
        fixture.deletionFailure = new QueryException(QueryException.Kind.UNAVAILABLE, "shard 7: it does not answer");
        HttpResponse<String> answer = fixture.form(DELETE, "match[]=up");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("shard 7");
    }

    @Test
    void withoutTheSettingItIsRefusedAndSaysWhichItIs() throws IOException {
        try (ApiFixture closed = new ApiFixture()) {
            for (String path : java.util.List.of(DELETE, CLEAN)) {
                HttpResponse<String> answer = closed.form(path, "match[]=up");
                assertThat(answer.statusCode()).isEqualTo(403);
                assertThat(new ObjectMapper()
                                .readTree(answer.body())
                                .get("error")
                                .asText())
                        .contains("pharos.http.admin-api = true");
            }
            assertThat(closed.deletions).isEmpty();
        }
    }
}
