package org.clusca.io;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;

/**
 * Reads the pickle of a PyTorch file: the opcodes of protocol 2 that {@code torch.save} writes, and
 * no others. A pickle is a program; this one can make numbers, text, lists, dictionaries and what
 * {@link TorchGlobals} knows, and nothing is ever executed. Memory is bounded by the length of the
 * pickle: lengths are checked against what is left, and the memo is filled in order.
 *
 * <p>Lists are {@link List}, tuples {@link Tuple}, dictionaries {@link Map}, None is {@link #NONE}.
 */
final class Pickle {
    static final Object NONE = new Object();

    /** Far above the depth of any state dictionary: 1000 items are put into one at a time. */
    private static final int DEEPEST = 100_000;

    private static final int MOST_CONTAINERS = 1_000_000;

    private static final Object MARK = new Object();

    /** So that a tuple is no list: what is in it stays. */
    record Tuple(List<Object> items) {}

    private final Path file;
    private final ByteBuffer bytes;
    private final List<Object> stack = new ArrayList<>();
    private final List<Object> memo = new ArrayList<>();
    private int containers;

    private Pickle(Path file, ByteBuffer bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * @param file for errors
     * @param bytes little-endian
     * @throws CluscaException CORRUPT_FILE for whatever {@code torch.save} does not write
     */
    static Object read(Path file, ByteBuffer bytes) {
        return new Pickle(file, bytes).run();
    }

    private Object run() {
        if (next() != 0x80 || next() != 2) {
            throw corrupt("expected a pickle of protocol 2, as torch.save writes it");
        }
        while (true) {
            int at = bytes.position();
            int opcode = next();
            if (opcode == '.') {
                return pop();
            }
            step(opcode, at);
            if (stack.size() > DEEPEST) {
                throw corrupt("more than " + DEEPEST + " objects wait to be put together");
            }
        }
    }

    private void step(int opcode, int at) {
        switch (opcode) {
            case '(' -> stack.add(MARK);
            case 'N' -> stack.add(NONE);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'K' -> stack.add((long) next());
            case 'M' -> stack.add((long) Short.toUnsignedInt(need(2).getShort()));
            case 'J' -> stack.add((long) need(4).getInt());
            case 'G' -> stack.add(bigEndianDouble());
            case 0x8a -> stack.add(whole());
            case 'X' -> stack.add(text(need(4).getInt()));
            case 'c' -> stack.add(TorchGlobals.named(file, line(), line()));
            case '}' -> stack.add(container(new LinkedHashMap<>()));
            case ']' -> stack.add(container(new ArrayList<>()));
            case ')' -> stack.add(tuple(List.of()));
            case 0x85 -> stack.add(tuple(popped(1)));
            case 0x86 -> stack.add(tuple(popped(2)));
            case 0x87 -> stack.add(tuple(popped(3)));
            case 't' -> stack.add(tuple(marked()));
            case 'a' -> append(popped(1));
            case 'e' -> append(marked());
            case 's' -> put(popped(2));
            case 'u' -> put(marked());
            case 'q' -> remember(next());
            case 'r' -> remember(need(4).getInt());
            case 'h' -> stack.add(remembered(next()));
            case 'j' -> stack.add(remembered(need(4).getInt()));
            case 'Q' -> stack.add(TorchGlobals.storage(file, pop()));
            case 'R', 0x81 -> {
                List<Object> call = popped(2);
                stack.add(container(TorchGlobals.call(file, call.get(0), call.get(1))));
            }
            case 'b' -> pop(); // attributes, such as the versions of modules: of no tensor
            default ->
                    throw corrupt(
                            "the opcode 0x"
                                    + Integer.toHexString(opcode)
                                    + " at byte "
                                    + at
                                    + " of its pickle is none that torch.save writes");
        }
    }

    private int next() {
        return Byte.toUnsignedInt(need(1).get());
    }

    private ByteBuffer need(int count) {
        if (count < 0 || count > bytes.remaining()) {
            throw corrupt("its pickle is cut");
        }
        return bytes;
    }

    private double bigEndianDouble() {
        return Double.longBitsToDouble(Long.reverseBytes(need(8).getLong()));
    }

    /** Little-endian, two's complement. */
    private Object whole() {
        int length = next();
        need(length);
        byte[] digits = new byte[length + 1];
        for (int i = length; i > 0; i--) {
            digits[i] = bytes.get();
        }
        digits[0] = (byte) (length > 0 && digits[1] < 0 ? -1 : 0);
        BigInteger value = new BigInteger(digits);
        return value.bitLength() < Long.SIZE ? value.longValue() : value;
    }

    private String text(int length) {
        need(length);
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
        } catch (CharacterCodingException e) {
            throw corrupt("a text of its pickle is not UTF-8");
        }
    }

    private String line() {
        int from = bytes.position();
        while (next() != '\n') {}
        ByteBuffer part = bytes.slice(from, bytes.position() - from - 1);
        return StandardCharsets.ISO_8859_1.decode(part).toString();
    }

    private Object container(Object made) {
        if (++containers > MOST_CONTAINERS) {
            throw corrupt("more than " + MOST_CONTAINERS + " objects in its pickle");
        }
        return made;
    }

    private Object tuple(List<Object> items) {
        return container(new Tuple(items));
    }

    private Object pop() {
        Object top = stack.isEmpty() ? MARK : stack.remove(stack.size() - 1);
        if (top == MARK) {
            throw corrupt("its pickle takes what is not there");
        }
        return top;
    }

    private List<Object> popped(int count) {
        Object[] items = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            items[i] = pop();
        }
        return List.of(items);
    }

    /** What was put down since the last mark. */
    private List<Object> marked() {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw corrupt("its pickle takes what is not there");
        }
        List<Object> since = stack.subList(mark, stack.size());
        List<Object> items = List.copyOf(since.subList(1, since.size()));
        since.clear();
        return items;
    }

    private Object top() {
        Object top = pop();
        stack.add(top);
        return top;
    }

    @SuppressWarnings("unchecked") // only lists of objects are put on the stack
    private void append(List<Object> items) {
        if (!(top() instanceof List<?> list)) {
            throw corrupt("its pickle appends to what is not a list");
        }
        ((List<Object>) list).addAll(items);
    }

    @SuppressWarnings("unchecked") // only maps of objects are put on the stack
    private void put(List<Object> items) {
        if (!(top() instanceof Map<?, ?> map) || items.size() % 2 != 0) {
            throw corrupt("its pickle puts items into what is not a dictionary");
        }
        for (int i = 0; i < items.size(); i += 2) {
            Object key = items.get(i);
            if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
                throw corrupt("a key of a dictionary is neither text nor a number");
            }
            ((Map<Object, Object>) map).put(key, items.get(i + 1));
        }
    }

    private void remember(int index) {
        Object top = top();
        if (index == memo.size()) {
            memo.add(top);
        } else if (index >= 0 && index < memo.size()) {
            memo.set(index, top);
        } else {
            throw corrupt(
                    "its pickle remembers number " + index + " after " + memo.size() + " others");
        }
    }

    private Object remembered(int index) {
        if (index < 0 || index >= memo.size()) {
            throw corrupt("its pickle asks for number " + index + " of " + memo.size());
        }
        return memo.get(index);
    }

    private CluscaException corrupt(String problem) {
        return IoErrors.corrupt(file, problem + TorchGlobals.ADVICE);
    }
}
