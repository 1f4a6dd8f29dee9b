import Foundation
import Kernel

/// Where a company's store is: a file, or a PostgreSQL database.
package enum Place: Sendable, Equatable, CustomStringConvertible {
  case file(String)
  /// A libpq connection address; the password is best left to PGPASSWORD, PGPASSFILE or VALUECHAIN_PASSWORD_FILE.
  case postgres(String)

  /// Reads what was given to `--database`.
  package init(_ text: String) throws {
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw Problem(.invalid, field: "database", "The place is empty.", mend: "Give a file or postgres://….")
    }
    if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      self = .postgres(text)
    } else if text.contains("://") {
      throw Problem(
        .invalid, field: "database", "“\(text)” is neither a file nor a postgres:// address.",
        mend: "Give a path such as data/company.sqlite, or postgres://user@host/name.")
    } else {
      self = .file(URL(fileURLWithPath: text).standardizedFileURL.path)
    }
  }

  /// The folder for what belongs to the company beside its store: secret, socket, backups, dropped files.
  package var folder: String {
    switch self {
    case .file(let path): URL(fileURLWithPath: path).deletingLastPathComponent().path
    case .postgres: Place.dataFolder
    }
  }

  /// A name for files of this company in its folder: `company` for `company.sqlite`, `crm` or `crm-schema` for a database
  /// and the schema its address leads into, so that companies side by side share nothing.
  package var name: String {
    switch self {
    case .file(let path): return URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    case .postgres(let address):
      let path = address.split(separator: "?").first.map(String.init) ?? address
      let name = path.split(separator: "/").last.map(String.init) ?? "postgres"
      let database = name.contains(":") || name.contains("@") ? "postgres" : name
      return Place.schema(of: address).map { "\(database)-\($0)" } ?? database
    }
  }

  /// The schema that `options=-csearch_path=…` of an address names.
  private static func schema(of address: String) -> String? {
    let options = URLComponents(string: address)?.queryItems?.first { $0.name == "options" }?.value
    guard let options, let setting = options.range(of: "search_path=") else { return nil }
    let name = options[setting.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return name.isEmpty ? nil : String(name)
  }

  package var isFile: Bool {
    if case .file = self { true } else { false }
  }

  package var secretPath: String { "\(folder)/\(name).key" }
  package var socketPath: String { "\(folder)/\(name).socket" }
  package var backupFolder: String { "\(folder)/backups" }

  /// The folder of everything that has no place of its own: VALUECHAIN_HOME, or the user's data folder.
  package static var dataFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let home = environment["VALUECHAIN_HOME"], !home.isEmpty { return home }
    if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return data + "/valuechain" }
    return NSHomeDirectory() + "/.local/share/valuechain"
  }

  /// The store used when none is named.
  package static var standard: Place { .file(dataFolder + "/company.sqlite") }

  /// The place without its password.
  package var description: String {
    switch self {
    case .file(let path): return path
    case .postgres(let address):
      guard let parts = URLComponents(string: address), parts.password != nil else { return address }
      var shown = parts
      shown.password = "***"
      return shown.string ?? "postgres://"
    }
  }
}
