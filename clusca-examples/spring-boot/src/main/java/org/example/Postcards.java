package org.example;

import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Prints the address of a picture for each word of the command line. */
@SpringBootApplication
public class Postcards {
    public static void main(String[] words) {
        SpringApplication.run(Postcards.class, words);
    }

    @Bean
    CommandLineRunner draw(ImageModel images) {
        return words -> {
            for (String word : words) {
                System.out.println(images.call(new ImagePrompt(word)).getResult().getOutput().getUrl());
            }
        };
    }
}
