import ArgumentParser
import Foundation
import Kernel

/// The command line of the product.
@main
struct Valuechain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "valuechain",
    abstract: "Runs a company's customer value chain: who matters, why, and what to do about it.",
    discussion: """
      Start with a demo company:
        valuechain demo record-shop --database data/shop.sqlite
        valuechain serve --database data/shop.sqlite
      """,
    subcommands: [
      ServeCommand.self, DemoCommand.self, ImportCommand.self, ExportCommand.self, PortfolioCommand.self,
      LifetimeValueCommand.self,
      RecordCommand.self, BulkCommand.self, ViewCommand.self, BinCommand.self, FieldCommand.self, ContactCommand.self,
      InteractionCommand.self, ConsentCommand.self,
      RelationshipCommand.self,
      DecisionCommand.self, TaskCommand.self, TagCommand.self, AttachmentCommand.self, NotificationCommand.self,
      UserCommand.self, InviteCommand.self, KeyCommand.self, SessionCommand.self, RoleCommand.self, TeamCommand.self,
      BackupCommand.self, RestoreCommand.self, CopyCommand.self,
      DoctorCommand.self,
      WebhookCommand.self, ChangesCommand.self, FormCommand.self, RuleCommand.self,
      AuditCommand.self, SearchCommand.self, DuplicateCommand.self, MergeCommand.self, HistoryCommand.self,
      PrivacyCommand.self,
    ])

  /// Refusals go to standard error with the mend, exit 1; wrong usage exits 2; help and success exit 0.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let problem as Problem {
      Terminal.refuse(problem)
      Foundation.exit(problem.kind == .malformed ? 2 : 1)
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        print(text)
        Foundation.exit(0)
      }
      Terminal.complain(text)
      Foundation.exit(code == .validationFailure ? 2 : 1)
    }
  }
}

/// What every command takes.
struct StoreOptions: ParsableArguments {
  @Option(help: "The company's store: a file, or postgres://user@host/name. The default is a file in the data folder.")
  var database: String?

  @Flag(help: "Answer with JSON on standard output.")
  var json = false
}
