package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CalibratedOn;
import org.clusca.api.model.Config;
import org.jspecify.annotations.Nullable;

/**
 * What {@code clusca calibrate} writes: a JSON object that names the policy, the model, the number
 * of steps, the scheduler and the guidance, and holds what was found.
 *
 * @param policy name of the kind of policy
 * @param found what it is to be made from
 */
public record CalibrationFile(String policy, CalibratedOn on, Config found) {
    private static final String FORMAT = "clusca-calibration-1";

    /**
     * @param policy whose file it must be
     * @throws CluscaException NOT_FOUND, IO or CORRUPT_FILE, naming the file; INCOMPATIBLE for
     *     another policy's
     */
    public static CalibrationFile read(Path file, String policy) {
        Config values = new Config(file.toString(), Json.parse(file, bytes(file), "the file"));
        try {
            if (!values.text("format", "").equals(FORMAT)) {
                throw values.wrong("format", FORMAT + ", as clusca calibrate writes it");
            }
            CalibrationFile read = of(values);
            if (!read.policy.equals(policy)) {
                throw new CluscaException(
                        ErrorCode.INCOMPATIBLE,
                        file
                                + " is a calibration of policy "
                                + read.policy
                                + ", it is given to "
                                + policy
                                + ". Run clusca calibrate for policy "
                                + policy
                                + ".");
            }
            return read;
        } catch (CluscaException e) {
            throw e.code() == ErrorCode.INVALID_MODEL ? corrupt(e.getMessage()) : e;
        }
    }

    private static CluscaException corrupt(@Nullable String what) {
        return new CluscaException(
                ErrorCode.CORRUPT_FILE,
                what + " It is no calibration file; run clusca calibrate to make one.");
    }

    private static CalibrationFile of(Config values) {
        Config model = object(values, "model");
        CalibratedOn on =
                new CalibratedOn(
                        model.text("name"),
                        model.text("family"),
                        model.text("fingerprint"),
                        values.whole("steps"),
                        values.text("scheduler"),
                        values.real("guidance", 1));
        return new CalibrationFile(values.text("policy"), on, object(values, "found"));
    }

    /**
     * An object within another.
     *
     * @throws CluscaException INVALID_MODEL when there is none of that key
     */
    public static Config object(Config values, String key) {
        Map<String, @Nullable Object> object = Json.object(values.values().get(key));
        if (object == null) {
            throw values.wrong(key, "an object");
        }
        return new Config(values.origin(), object);
    }

    /**
     * Half a SHA-256 of a file, by which reports name what was in it; 32 hexadecimal digits.
     *
     * @throws CluscaException NOT_FOUND or IO naming the file
     */
    public static String hash(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static ByteBuffer bytes(Path file) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new CluscaException(
                    ErrorCode.NOT_FOUND,
                    file + ": there is no such file. Run clusca calibrate to make one.",
                    e);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    /**
     * Writes it, in one move.
     *
     * @throws CluscaException IO; what was there before is untouched
     */
    public void write(Path file) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("name", on.model());
        model.put("family", on.family());
        model.put("fingerprint", on.fingerprint());
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("format", FORMAT);
        values.put("policy", policy);
        values.put("model", model);
        values.put("steps", on.steps());
        values.put("scheduler", on.scheduler());
        values.put("guidance", on.guidance());
        values.put("found", found.values());
        Json.write(file, values);
    }
}
