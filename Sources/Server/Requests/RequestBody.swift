import Foundation
import Hummingbird
import Kernel
import Web

/// What came with a request, read within the limits of its route and before its deadline.
struct ReceivedBody: Sendable {
  var fields = Fields()
  var bytes: [UInt8] = []
  var upload: Visit.Upload?

  /// Reads the body as its content type says.
  static func read(
    _ request: Request, for route: Route, query: Fields, isAPI: Bool, into folder: String
  ) async throws -> ReceivedBody {
    let length = request.headers[.contentLength].flatMap(Int64.init)
    let type = (request.headers[.contentType] ?? "").lowercased()
    // The parts of a form around the file are small.
    if route.takesFile, let length, length > route.fileLimit + 1 << 20 { throw tooLarge(Int(route.fileLimit)) }
    if route.takesFile, type.hasPrefix("multipart/form-data") {
      return try await withDeadline(seconds: 3_600) { try await form(request, route.fileLimit, folder) }
    }
    if route.takesFile, fileTypes.contains(where: type.hasPrefix) {
      return try await withDeadline(seconds: 3_600) {
        try await file(request, query["file"] ?? "upload", route.fileLimit, folder)
      }
    }
    guard length ?? 0 <= Int64(route.limit) else { throw tooLarge(route.limit) }
    var body = ReceivedBody()
    body.bytes = try await collect(request, route.limit, seconds: 15)
    if type.hasPrefix("application/json") {
      body.fields = try JSON.fields(body.bytes)
    } else if !isAPI, type.hasPrefix("application/x-www-form-urlencoded") {
      body.fields = try Decoding.fields(body.bytes, field: "body")
    } else if type.hasPrefix("multipart/form-data") {
      throw Problem(
        .wrongMediaType, field: "Content-Type", "No file is taken here.", mend: "Send a form without files.")
    } else if !body.bytes.isEmpty {
      throw Problem(
        .wrongMediaType, field: "Content-Type", "The body is of a type that is not read here.",
        mend: "Send application/json.")
    }
    return body
  }

  private static let fileTypes = [
    "text/csv", "text/plain", "text/tab-separated-values", "application/gzip", "application/x-gzip",
    "application/octet-stream", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/vcard",
  ]

  /// A body that comes drop by drop is refused at the first drop after its time; one that stops coming is ended by the
  /// server's limit for silence. A timer for each request would cost more than most bodies do.
  private static func collect(_ request: Request, _ limit: Int, seconds: Double) async throws -> [UInt8] {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var bytes: [UInt8] = []
    for try await chunk in request.body {
      guard bytes.count + chunk.readableBytes <= limit else { throw tooLarge(limit) }
      guard ContinuousClock.now < deadline else { throw tooSlow }
      bytes.append(contentsOf: chunk.readableBytesView)
    }
    return bytes
  }

  private static func form(_ request: Request, _ fileLimit: Int64, _ folder: String) async throws -> ReceivedBody {
    let boundary = MultipartReader.boundary(of: request.headers[.contentType] ?? "") ?? ""
    let (path, handle) = try newFile(in: folder)
    do {
      var reader = try MultipartReader(boundary: boundary, file: handle)
      for try await chunk in request.body {
        try reader.take(chunk.readableBytesView)
        guard reader.fileBytes <= fileLimit else { throw tooLarge(Int(fileLimit)) }
      }
      try reader.finish()
      try handle.close()
      var body = ReceivedBody(fields: reader.fields)
      if let name = reader.fileName, !name.isEmpty {
        body.upload = Visit.Upload(name: name, path: path, bytes: reader.fileBytes)
      } else {
        unlink(path)
      }
      return body
    } catch {
      unlink(path)
      throw refused(error)
    }
  }

  private static func file(
    _ request: Request, _ name: String, _ fileLimit: Int64, _ folder: String
  ) async throws -> ReceivedBody {
    let (path, handle) = try newFile(in: folder)
    do {
      var count: Int64 = 0
      for try await chunk in request.body {
        count += Int64(chunk.readableBytes)
        guard count <= fileLimit else { throw tooLarge(Int(fileLimit)) }
        try handle.write(contentsOf: Data(chunk.readableBytesView))
      }
      try handle.close()
      return ReceivedBody(upload: Visit.Upload(name: name, path: path, bytes: count))
    } catch {
      unlink(path)
      throw refused(error)
    }
  }

  private static func newFile(in folder: String) throws -> (String, FileHandle) {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let path = "\(folder)/\(UUID().uuidString)"
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else {
      throw Problem(.unavailable, field: "file", "The file cannot be kept.", mend: "Check the disk and its rights.")
    }
    return (path, handle)
  }

  private static func refused(_ error: any Error) -> any Error {
    guard error is CocoaError || error is POSIXError else { return error }
    return Problem(
      .unavailable, field: "file", "The disk did not take the file; nothing was changed.", mend: "Free some space.")
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    Problem(.tooLarge, field: "body", "This is larger than \(limit) bytes.", mend: "Send less at a time.")
  }
}

/// Ends work that takes longer than so many seconds.
func withDeadline<T: Sendable>(seconds: Double, _ work: @escaping @Sendable () async throws -> T) async throws -> T {
  try await withThrowingTaskGroup(of: T.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: .seconds(seconds))
      throw tooSlow
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw CancellationError() }
    return first
  }
}

private let tooSlow = Problem(
  .malformed, field: "body", "The request took too long to arrive.", mend: "Send it again.")
