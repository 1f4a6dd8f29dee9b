import Crypto
import Foundation
import Kernel
import Synchronization

/// The company's master key. Signs the audit chain, tokens and cursors; never leaves the process and never prints.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
  private let key: SymmetricKey
  private let derivedKeys = DerivedKeys()

  /// - Throws: `Problem` when it is shorter than 32 bytes.
  package init(bytes: some DataProtocol) throws {
    guard bytes.count >= 32 else {
      throw Problem(.invalid, field: "secret", "The secret key is shorter than 32 bytes.", mend: "Make a new one.")
    }
    key = SymmetricKey(data: Data(bytes))
  }

  package static func random() -> Secret { Secret(key: SymmetricKey(size: .bits256)) }

  private init(key: SymmetricKey) { self.key = key }

  /// The HMAC-SHA256 of a message for one purpose; another purpose gives another code.
  package func code(for message: some DataProtocol, purpose: StaticString) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Data(message), using: derived(purpose)))
  }

  /// Whether a code belongs to a message; takes the same time whatever differs.
  package func isValid(_ code: some DataProtocol, for message: some DataProtocol, purpose: StaticString) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(Data(code), authenticating: Data(message), using: derived(purpose))
  }

  private func sealing(_ purpose: StaticString) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key, info: Data("seal \(purpose.description)".utf8), outputByteCount: 32)
  }

  private func derived(_ purpose: StaticString) -> SymmetricKey {
    derivedKeys.key(for: purpose.description) {
      HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data($0.utf8), outputByteCount: 32)
    }
  }

  package static func == (left: Secret, right: Secret) -> Bool { left.key == right.key }

  /// Names the key without telling anything of it, so that what it sealed can say which key opens it.
  package var id: String {
    code(for: Array("id".utf8), purpose: "key id").prefix(8)
      .map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  /// A message under AES-GCM with a fresh nonce: what is kept of a secret that has to be read again.
  package func sealed(_ message: some DataProtocol, purpose: StaticString) throws -> [UInt8] {
    let derived = sealing(purpose)
    guard let box = try AES.GCM.seal(Data(message), using: derived).combined else {
      throw Problem(.unavailable, "A secret could not be sealed.", mend: "Try again.")
    }
    return Array(box)
  }

  /// The message that was sealed.
  /// - Throws: `Problem` when it was sealed with another key or for another purpose, or was changed since.
  package func opened(_ sealed: some DataProtocol, purpose: StaticString) throws -> [UInt8] {
    let derived = sealing(purpose)
    guard let box = try? AES.GCM.SealedBox(combined: Data(sealed)), let message = try? AES.GCM.open(box, using: derived)
    else {
      throw Problem(
        .unavailable, field: "secret", "A secret in the store was sealed with another key than this company's.",
        mend: "Put the company's key file back in its place, or set the secret anew.")
    }
    return Array(message)
  }

  package var description: String { "***" }
  package var debugDescription: String { "***" }

  /// Writes the key over whatever key file there is: whole or not at all, readable by its owner only.
  package func keep(at path: String) throws {
    let partial = path + ".partial"
    try? FileManager.default.removeItem(atPath: partial)
    let bytes = key.withUnsafeBytes { Data($0) }
    guard FileManager.default.createFile(atPath: partial, contents: bytes, attributes: [.posixPermissions: 0o600]),
      rename(partial, path) == 0
    else {
      throw Problem(.unavailable, field: path, "The secret key cannot be written.", mend: "Check the folder's rights.")
    }
  }

  /// Reads a key file.
  /// - Throws: `Problem` when there is none, when it may be read by others, or is too short.
  package static func existing(at path: String) throws -> Secret {
    guard let found = FileManager.default.contents(atPath: path) else {
      throw Problem(.notFound, field: path, "There is no key here that can be read.", mend: "Name the key's file.")
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    guard mode & 0o077 == 0 else {
      throw Problem(.unavailable, field: path, "Others may read the secret key.", mend: "Run: chmod 600 \(path)")
    }
    return try Secret(bytes: found)
  }

  /// Reads the key file beside the store, or makes one (mode 0600) when there is none.
  /// - Throws: `Problem` when the file may be read by others, or is too short.
  package static func kept(at path: String) throws -> Secret {
    if FileManager.default.fileExists(atPath: path) { return try existing(at: path) }
    let made = SymmetricKey(size: .bits256)
    let bytes = made.withUnsafeBytes { Data($0) }
    guard FileManager.default.createFile(atPath: path, contents: bytes, attributes: [.posixPermissions: 0o600]) else {
      throw Problem(.unavailable, field: path, "The secret key cannot be written.", mend: "Check the folder's rights.")
    }
    return Secret(key: made)
  }
}

/// The keys of the purposes, each derived once: every line of the audit chain asks for one.
private final class DerivedKeys: Sendable {
  private let keys = Mutex<[String: SymmetricKey]>([:])

  /// - Parameter derive: makes the key of a purpose; purposes are literals of the source, so there are few.
  func key(for purpose: String, _ derive: (String) -> SymmetricKey) -> SymmetricKey {
    if let known = keys.withLock({ $0[purpose] }) { return known }
    let made = derive(purpose)
    keys.withLock { $0[purpose] = made }
    return made
  }
}
