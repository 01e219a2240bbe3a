package org.clusca.api.model;

import java.nio.file.Path;

/**
 * A matrix {@code [rows, columns]} of a linear layer in 8 bits: of every {@code block} neighbouring
 * columns of a row a byte each, {@code value = (byte - 128) * scale}, and one scale.
 *
 * @param file holds the bytes {@code [rows, columns / block, block]} from its start on
 * @param scales where in the file the scales {@code [rows, columns / block]} begin, float32
 */
public record QuantizedWeight(Path file, long rows, long columns, int block, long scales) {}
