/** The subset of Go's text/template that rules use: parser, evaluator and functions. No rule and no actor here. */
@NullMarked
package io.pharos.alerting.template;

import org.jspecify.annotations.NullMarked;
