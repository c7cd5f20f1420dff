/** Tests of the whole module over one shared embedded server. */
@NullMarked
package io.pharos.persistence;

import org.jspecify.annotations.NullMarked;
