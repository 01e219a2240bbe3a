/** Parts that several model families share. */
@NullMarked
package org.clusca.component;

import org.jspecify.annotations.NullMarked;
