/** Tests of what bodies of samples become. */
@org.jspecify.annotations.NullMarked
package io.pharos.httpapi.write;
