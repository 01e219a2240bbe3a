package org.clusca.cli;

import java.awt.image.BufferedImage;
import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.io.Pictures;
import org.clusca.metric.Psnr;
import org.clusca.metric.Ssim;

/**
 * How near pictures are to those of the full computation: the PSNR of all their pixels together,
 * and the mean SSIM.
 */
record Quality(double psnr, double ssim) {
    static Quality of(List<BufferedImage> pictures, List<BufferedImage> reference) {
        Tensor a = stack(pictures);
        Tensor b = stack(reference);
        return new Quality(Psnr.of(a, b), Ssim.of(a, b));
    }

    private static Tensor stack(List<BufferedImage> pictures) {
        BufferedImage first = pictures.get(0);
        Tensor stack = Tensor.zeros(pictures.size(), 3, first.getHeight(), first.getWidth());
        for (int i = 0; i < pictures.size(); i++) {
            stack.rows(i, i + 1).data().put(Pictures.pixels(pictures.get(i)).data());
        }
        return stack;
    }
}
