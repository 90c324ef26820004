import java.nio.charset.StandardCharsets;
import java.io.PrintStream;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Properties;

/** Asks through JDBC, as DBeaver and its like do. */
public class Ask {
    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var readOnly = new Properties();
        readOnly.setProperty("duckdb.read_only", "true");
        var questions = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).split("\n;\n");
        try (var db = DriverManager.getConnection("jdbc:duckdb:" + args[0], readOnly); var statement = db.createStatement()) {
            for (var question : questions) {
                try (ResultSet row = statement.executeQuery(question)) {
                    row.next();
                    var line = new StringBuilder();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        line.append(i > 1 ? " | " : "").append(row.getString(i));
                    }
                    out.println(line);
                }
            }
            // What a tool's tree of tables shows.
            try (ResultSet table = db.getMetaData().getTables(null, "mart", "commune_summary", null)) {
                table.next();
                out.println(table.getString("TABLE_NAME") + " | " + table.getString("REMARKS"));
            }
        }
    }
}
