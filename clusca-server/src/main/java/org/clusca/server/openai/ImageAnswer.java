package org.clusca.server.openai;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.server.store.Picture;

/** Pictures in the form of OpenAI's answers and events, with their numbers and seeds beside. */
public final class ImageAnswer {
    private final ImageQuery query;
    private final String model;
    private final Function<String, String> address;

    /**
     * @param model that was used
     * @param address makes an address of a path
     */
    public ImageAnswer(ImageQuery query, String model, Function<String, String> address) {
        this.query = query;
        this.model = model;
        this.address = address;
    }

    /** The answer to a request without {@code stream}. */
    public Map<String, Object> whole(List<Picture> pictures) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("created", System.currentTimeMillis() / 1000);
        answer.put("data", pictures.stream().map(this::data).toList());
        answer.put("background", "opaque");
        answer.put("output_format", query.format().kind().word());
        answer.put("size", pictures.get(0).size());
        answer.put("model", model);
        return answer;
    }

    private Map<String, Object> data(Picture picture) {
        Map<String, Object> data = new LinkedHashMap<>();
        if (query.urls()) {
            data.put("url", address.apply("/v1/images/" + picture.id()));
        } else {
            data.put("b64_json", base64(picture.bytes()));
        }
        putOwn(data, picture);
        return data;
    }

    private void putOwn(Map<String, Object> json, Picture picture) {
        json.put("id", picture.id());
        json.put("seed", picture.seed());
        json.put("report_url", address.apply("/v1/images/" + picture.id() + "/report"));
    }

    /** {@code image_generation.completed}. */
    public Map<String, Object> completed(Picture picture, int index) {
        Map<String, Object> event = event("image_generation.completed", picture.bytes());
        event.put("size", picture.size());
        event.put("usage", Map.of("input_tokens", 0, "output_tokens", 0, "total_tokens", 0));
        event.put("index", index);
        putOwn(event, picture);
        return event;
    }

    /**
     * {@code image_generation.partial_image}.
     *
     * @param number of the partial image, from 0
     * @param index of the picture among those asked for
     */
    public Map<String, Object> partial(byte[] bytes, String size, int number, int index) {
        Map<String, Object> event = event("image_generation.partial_image", bytes);
        event.put("size", size);
        event.put("partial_image_index", number);
        event.put("index", index);
        return event;
    }

    private Map<String, Object> event(String type, byte[] bytes) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type);
        event.put("b64_json", base64(bytes));
        event.put("created_at", System.currentTimeMillis() / 1000);
        event.put("background", "opaque");
        event.put("output_format", query.format().kind().word());
        event.put("quality", "auto");
        return event;
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
