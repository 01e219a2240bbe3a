/** Models by name, loaded when first asked for. */
@NullMarked
package org.clusca.server.model;

import org.jspecify.annotations.NullMarked;
