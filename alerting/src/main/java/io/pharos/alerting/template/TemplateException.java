package io.pharos.alerting.template;

/** Why a template cannot be parsed or expanded, in a sentence for the author of the rule. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TemplateException(String message) {
        super(message);
    }
}
