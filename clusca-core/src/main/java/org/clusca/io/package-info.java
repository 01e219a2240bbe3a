/**
 * Files: weights, model directories, JSON, pictures, videos. Part of the toolkit for model
 * adapters: its public types are kept as stable as {@code clusca-api}.
 */
@NullMarked
package org.clusca.io;

import org.jspecify.annotations.NullMarked;
