import CPQ
import Foundation
import Kernel

/// How PostgreSQL is reached: what the address says, over defaults that bound every wait.
///
/// TLS follows the address's `sslmode` (libpq's `prefer` when it names none; `verify-full` is the one to use across a
/// network). A `search_path` in the address's `options` chooses the schema the company lives in. The password comes from
/// the address, PGPASSWORD, the file named by VALUECHAIN_PASSWORD_FILE, or PGPASSFILE, and is never printed.
struct PostgresAddress: Sendable {
  let text: String

  /// - Throws: `Problem` when libpq cannot read it. What libpq says is not repeated, as it may quote the password.
  init(_ text: String) throws {
    guard !text.utf8.contains(0), let parsed = PQconninfoParse(text, nil) else {
      throw Problem(
        .invalid, field: "database", "The address of the database cannot be read.",
        mend: "Write it as postgres://user@host:5432/name; percent-encode other characters than letters and digits.")
    }
    PQconninfoFree(parsed)
    self.text = text
  }

  /// Keywords and values for libpq, later ones over earlier ones: so the address goes over the defaults.
  func parameters() throws -> [(keyword: String, value: String)] {
    var all = [
      ("connect_timeout", "5"), ("keepalives", "1"), ("keepalives_idle", "5"), ("keepalives_interval", "3"),
      ("keepalives_count", "3"), ("tcp_user_timeout", "15000"), ("fallback_application_name", "valuechain"),
    ]
    if let password = try PostgresAddress.passwordFromFile() { all.append(("password", password)) }
    return all + [("dbname", text), ("client_encoding", "UTF8")]
  }

  private static func passwordFromFile() throws -> String? {
    let variable = "VALUECHAIN_PASSWORD_FILE"
    guard let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty else { return nil }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Problem(
        .unavailable, field: variable, "The password file cannot be read.", mend: "Check its name and rights.")
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 == 0 else {
      throw Problem(.unavailable, field: variable, "Others may read the password file.", mend: "Run: chmod 600 \(path)")
    }
    let line = String(decoding: bytes.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
    guard !line.isEmpty, !line.utf8.contains(0) else {
      throw Problem(
        .unavailable, field: variable, "The password file holds no password.", mend: "Write it in the first line.")
    }
    return line
  }
}
