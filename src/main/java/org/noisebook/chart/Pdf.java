package org.noisebook.chart;

import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2D;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/** Writes a PDF page of vector graphics without a date, so that the same drawing gives the same bytes. */
final class Pdf {
    private Pdf() {}

    /** Writes a page of {@code width} × {@code height} units, each of {@code unit} points. */
    static void write(Path file, double unit, double width, double height, Consumer<Graphics2D> drawing)
            throws IOException {
        float across = (float) (unit * width);
        float down = (float) (unit * height);
        try (PDDocument document = new PDDocument()) {
            document.setDocumentId(0L);
            PDPage page = new PDPage(new PDRectangle(across, down));
            document.addPage(page);
            PdfBoxGraphics2D graphics = new PdfBoxGraphics2D(document, across, down);
            graphics.scale(unit, unit);
            drawing.accept(graphics);
            graphics.dispose();
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.drawForm(graphics.getXFormObject());
            }
            document.save(file.toFile());
        }
    }
}
