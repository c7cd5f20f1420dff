package io.pharos.alerting.template;

import java.time.Instant;
import java.util.List;

/** What an expansion may ask of the world around it. Called on the thread of the expansion. */
public interface TemplateEnvironment {
    /**
     * The result of an instant query as objects with Labels (a map) and Value (a number).
     *
     * @throws TemplateException when it has none
     */
    List<Object> query(String expression);

    /** The time of the evaluation. */
    Instant now();

    /** The address users reach Pharos by; empty where none is set. */
    String externalUrl();
}
