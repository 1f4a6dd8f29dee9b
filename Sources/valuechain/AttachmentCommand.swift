import ArgumentParser
import Customers
import Foundation
import Kernel
import Server
import Store
import Tabular
import Web

/// `valuechain attachment`: files on records.
struct AttachmentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attachment", abstract: "Hangs files on records, lists them and saves them.",
    discussion: "Example:\n  valuechain attachment list --customer 00018 --database data/company.sqlite",
    subcommands: [Add.self, List.self, Save.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hangs a file on a record.",
      discussion: """
        Example:
          valuechain attachment add orders.csv --customer 00018 \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var about: RecordOption
    @Argument(help: "The file.") var file: String

    func run() async throws {
      let place = try Door.place(store)
      let name = URL(fileURLWithPath: file).lastPathComponent
      let made: Attachment
      if let server = Door.server(at: place) {
        let path = Address.path("/attachments", try await about.fields(server) + [("file", name)])
        made = try await server.send("POST", path, file: try ByteSource(path: file)).decoded(as: Attachment.self)
      } else {
        made = try await Door.open(place) { modules in
          try await modules.attachments.add(
            file, named: name, to: try await about.required(modules), by: .operator)
        }
      }
      if store.json { return try Terminal.json(made) }
      print("File \(made.id): \(made.name), \(made.type), \(Format.standard.size(made.bytes)).")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the files of a record, the newest first.",
      discussion: "Example:\n  valuechain attachment list --customer 00018 --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var about: RecordOption

    func run() async throws {
      let rows = try await AttachmentCommand.rows(try Door.place(store), about)
      if store.json { return try Terminal.json(["rows": rows]) }
      print(
        Terminal.table(
          ["number", "file", "type", "size", "by"],
          rows.map { ["\($0.id)", $0.name, $0.type, Format.standard.size($0.bytes), $0.by] }, numbers: [3]))
    }
  }

  struct Save: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Saves the newest file of a record, or the one of a number.",
      discussion: """
        Example:
          valuechain attachment save copy.csv --customer 00018 \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var about: RecordOption
    @Argument(help: "The file to write; it must not exist.") var file: String
    @Option(help: "The number of the file, as attachment list shows it.") var number: Int64?

    func run() async throws {
      let place = try Door.place(store)
      let all = try await AttachmentCommand.rows(place, about)
      guard let found = all.first(where: { number == nil || $0.id.rawValue == number }) else {
        throw Problem(.notFound, "There is no such file.", mend: "See: valuechain attachment list --help")
      }
      let target = URL(fileURLWithPath: file).path
      guard !FileManager.default.fileExists(atPath: target) else {
        throw Problem(.conflict, field: "file", "\(file) exists already.", mend: "Choose another name.")
      }
      try FileManager.default.copyItem(atPath: AttachmentFolder(of: place).path(of: found.hash), toPath: target)
      if store.json { return try Terminal.json(found) }
      print("Wrote \(file).")
    }
  }

  private static func rows(_ place: Place, _ about: RecordOption) async throws -> [Attachment] {
    if let server = Door.server(at: place) {
      let fields = try await about.fields(server)
      guard !fields.isEmpty else { throw RecordOption.missing }
      return try await server.send("GET", Address.path("/attachments", fields)).decoded(as: ActRows<Attachment>.self)
        .rows
    }
    return try await Door.open(place) { modules in
      try await modules.attachments.list(of: try await about.required(modules), for: .operator)
    }
  }
}
