/**
 * What a model family implements: a factory that reads a directory, and the parts of its pipeline.
 */
@NullMarked
package org.clusca.api.model;

import org.jspecify.annotations.NullMarked;
