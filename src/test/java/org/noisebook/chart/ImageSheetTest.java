package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageSheetTest {
    private static final double[][] PIXELS = {{0, 1, 0.5, 0.25}, {-3, 7, Double.NaN, 0}, {1, 1, 1, 1}};
    private static final ImageSheet SHEET = ImageSheet.of("Samples", 2, 2, 2, PIXELS, 0, 1);

    private static BufferedImage embedded(String svg) throws IOException {
        Matcher data = Pattern.compile("base64,([^\"]+)\"").matcher(svg);
        assertThat(data.find()).isTrue();
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data.group(1))));
    }

    @Test
    void picturesFillRowsFromTheTopLeftInFrames() throws IOException {
        BufferedImage image = embedded(Plate.of(SHEET).svg());

        assertThat(image.getWidth()).isEqualTo(7);
        assertThat(image.getHeight()).isEqualTo(7);
        assertThat(image.getRGB(0, 0) & 0xFFFFFF).isEqualTo(Raster.FRAME);
        assertThat(image.getRGB(1, 1) & 0xFFFFFF).as("the low end is white").isEqualTo(0xFFFFFF);
        assertThat(image.getRGB(2, 1) & 0xFFFFFF).as("the high end is black").isZero();
        assertThat(image.getRGB(1, 2) & 0xFF).as("half-way").isEqualTo(128);
        assertThat(image.getRGB(4, 1) & 0xFFFFFF).as("below the range").isEqualTo(0xFFFFFF);
        assertThat(image.getRGB(5, 1) & 0xFFFFFF).as("above the range").isZero();
        assertThat(image.getRGB(4, 2) & 0xFFFFFF).as("NaN").isEqualTo(0xFFFFFF);
        assertThat(image.getRGB(1, 4) & 0xFFFFFF).as("third picture").isZero();
        assertThat(image.getRGB(4, 4) & 0xFFFFFF).as("no fourth picture").isEqualTo(Raster.FRAME);
    }

    /** A picture of more than 256 colours and one of more than a stored block. */
    @Test
    void rastersSurviveAsFiles() throws IOException {
        Raster raster = new Raster(300, 97);
        for (int y = 0; y < 97; y++) {
            for (int x = 0; x < 300; x++) {
                raster.set(x, y, x * 7919 + y * 104729);
            }
        }
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(raster.png()));
        assertThat(Arrays.equals(
                        image.getRGB(0, 0, 300, 97, null, 0, 300),
                        raster.image().getRGB(0, 0, 300, 97, null, 0, 300)))
                .isTrue();
    }

    @Test
    void rowsCarryWords() {
        assertThat(Plate.of(SHEET.rowLabels(List.of("new", "nearest"))).svg()).contains(">new<", ">nearest<");
        assertThat(Plate.of(SHEET).png(300)).isEqualTo(Plate.of(SHEET).png(300));
        assertThatThrownBy(() -> SHEET.rowLabels(List.of("one"))).hasMessage("labels must hold 2 words, got 1");
    }

    @Test
    void wordsStandAroundPicturesAndGapsBetweenGroups() throws IOException {
        ImageSheet sheet = SHEET.rowLabels(List.of("new\nrow", "old"))
                .grouped(1)
                .text(0, -1, "above")
                .text(1, 2, "below")
                .text(2, 0, "0.5");
        String svg = Plate.of(List.of(sheet, SHEET), 2).svg();
        BufferedImage image = embedded(svg);
        assertThat(image.getWidth()).isEqualTo(10);
        assertThat(image.getRGB(3, 0) & 0xFFFFFF).isEqualTo(Raster.FRAME);
        assertThat(image.getRGB(4, 0) & 0xFFFFFF).isEqualTo(0xFFFFFF);
        assertThat(image.getRGB(6, 0) & 0xFFFFFF).isEqualTo(Raster.FRAME);
        assertThat(image.getRGB(8, 1) & 0xFFFFFF).as("black, second picture").isZero();
        assertThat(sheet.across(1)).isEqualTo(0.8);
        assertThat(svg).contains(">above<", ">below<", ">0.5<", ">new<", ">row<");
        assertThatThrownBy(() -> SHEET.grouped(0)).hasMessage("size must be at least 1, got 0");
    }

    @Test
    void badSheetsAreRefused() {
        assertThatThrownBy(() -> ImageSheet.of("", 2, 3, 2, PIXELS, 0, 1))
                .hasMessage("pixels[0] must hold 6 numbers, got 4");
        assertThatThrownBy(() -> ImageSheet.of("", 2, 2, 2, PIXELS, 1, 1))
                .hasMessage("low must be below high, got 1.0 and 1.0");
        assertThatThrownBy(() -> ImageSheet.of("", 2, 2, 2, new double[0][], 0, 1))
                .hasMessage("pixels must hold at least one picture, got 0");
    }

    /** Many plain cells of one size go in as one picture with the colours of single cells. */
    @Test
    void aFineHeatMapIsOnePicture() throws IOException {
        double[] centres = new double[30];
        double[][] value = new double[30][30];
        for (int i = 0; i < 30; i++) {
            centres[i] = i;
            for (int j = 0; j < 30; j++) {
                value[i][j] = (i + j) / 58.0;
            }
        }
        HeatMap map = HeatMap.of("", Axis.linear("x"), Axis.linear("y"), ColourBar.of("v", 0, 1));
        BufferedImage image =
                embedded(Plate.of(map.cells(centres, centres, value)).svg());

        assertThat(image.getWidth()).isEqualTo(30);
        assertThat(image.getRGB(0, 29) & 0xFFFFFF)
                .isEqualTo(ColourMap.VIRIDIS.at(0).getRGB() & 0xFFFFFF);
        assertThat(image.getRGB(29, 0) & 0xFFFFFF)
                .isEqualTo(ColourMap.VIRIDIS.at(1).getRGB() & 0xFFFFFF);
        value[3][4] = Double.NaN;
        assertThat(Plate.of(map.cells(centres, centres, value)).svg())
                .as("a missing cell needs its own look")
                .doesNotContain("<image");
    }
}
