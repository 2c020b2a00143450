import java.io.IOException;
import java.nio.file.Path;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.noisebook.chart.Charts;
import org.noisebook.table.Tables;
import tech.tablesaw.api.Table;

/** What XChart and Tablesaw add to {@link Example}: a chart, in the folder of the first argument, and a table. */
public final class WithOptions {
    private WithOptions() {}

    public static void main(String[] args) throws IOException {
        var runs = Example.runs();
        XYChart chart = Charts.of(runs).title("Signal at the stop").curves();
        BitmapEncoder.saveBitmap(chart, Path.of(args[0], "example-xchart").toString(), BitmapEncoder.BitmapFormat.PNG);
        System.out.println("chart: " + chart.getSeriesMap().size() + " series");
        Table table = Tables.of("runs", runs.frame());
        System.out.println("table: " + table.rowCount() + " rows, mean signal " + table.doubleColumn("signal").mean());
    }
}
