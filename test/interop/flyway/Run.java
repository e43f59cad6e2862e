import java.util.HashMap;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Runs commands of Flyway: `java Run.java <url> <user> <password> [flyway.key=value …] command …`, where a command is `migrate`, `validate`,
 * `info`, `repair`, `baseline`, or `compare=1.9,1.10`. Prints a line for each result; a command that fails prints its message and the
 * next one goes on.
 */
public class Run {
  public static void main(String[] args) throws Exception {
    Map<String, String> settings = new HashMap<>();
    for (int i = 3; i < args.length; i++)
      if (args[i].startsWith("flyway.")) {
        String[] parts = args[i].split("=", 2);
        settings.put(parts[0], parts[1]);
      }
    for (int i = 3; i < args.length; i++) {
      if (args[i].startsWith("flyway.")) continue;
      if (args[i].startsWith("compare=")) {
        String[] two = args[i].substring(8).split(",");
        int sign = MigrationVersion.fromVersion(two[0]).compareTo(MigrationVersion.fromVersion(two[1]));
        System.out.println("compare " + two[0] + " " + two[1] + " " + Integer.signum(sign));
        continue;
      }
      String lock = settings.remove("flyway.postgresql.transactional.lock");
      FluentConfiguration config = Flyway.configure().dataSource(args[0], args[1], args[2]).configuration(settings);
      if (lock != null) {
        settings.put("flyway.postgresql.transactional.lock", lock);
        config.getConfigurationExtension(PostgreSQLConfigurationExtension.class).setTransactionalLock(Boolean.parseBoolean(lock));
      }
      try {
        run(config.load(), args[i]);
      } catch (Exception e) {
        System.out.println(args[i] + " FAILED " + e.getMessage().replaceAll("\\s+", " ").trim());
      }
    }
  }

  static void run(Flyway flyway, String command) {
    switch (command) {
      case "migrate": System.out.println("migrate ok " + flyway.migrate().migrationsExecuted); break;
      case "validate": flyway.validate(); System.out.println("validate ok"); break;
      case "repair": System.out.println("repair ok " + flyway.repair().repairActions); break;
      case "baseline": flyway.baseline(); System.out.println("baseline ok"); break;
      case "clean": flyway.clean(); System.out.println("clean ok"); break;
      case "info":
        for (MigrationInfo m : flyway.info().all())
          System.out.println("info " + String.join(" | ", String.valueOf(m.getVersion()), m.getDescription(), m.getType().name(),
              m.getState().getDisplayName(), String.valueOf(m.getChecksum()), m.getScript()));
        break;
      default: throw new IllegalArgumentException(command);
    }
  }
}
