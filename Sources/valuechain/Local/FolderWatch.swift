import Foundation
import Kernel
import Store

/// Imports every file that appears in a folder, and moves it to `done` or `refused` beside it.
///
/// A file is taken once its size has stood still between two looks. Files in a subfolder belong to the feed of its name.
struct FolderWatch {
  let folder: String
  let command: ImportCommand
  let place: Place

  func run() async throws {
    guard FileManager.default.fileExists(atPath: folder) else {
      throw Problem(.notFound, field: "watch", "There is no folder \(folder).", mend: "Make it first.")
    }
    var sizes: [String: UInt64] = [:]
    Terminal.complain("Watching \(folder); stop with Ctrl-C.")
    while !Task.isCancelled {
      let seen = waiting()
      for (path, size) in seen where sizes[path] == size && size > 0 { await take(path) }
      sizes = seen
      try await Task.sleep(for: .seconds(2))
    }
  }

  private func waiting() -> [String: UInt64] {
    var found: [String: UInt64] = [:]
    for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
      let parts = name.split(separator: "/")
      let isDone = parts.contains("done") || parts.contains("refused")
      guard parts.count <= 2, !isDone, parts.last?.hasPrefix(".") == false,
        ["csv", "tsv", "txt", "gz"].contains(URL(fileURLWithPath: name).pathExtension.lowercased()),
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)"),
        let size = attributes[.size] as? NSNumber
      else { continue }
      found["\(folder)/\(name)"] = size.uint64Value
    }
    return found
  }

  private func take(_ path: String) async {
    let inside = path.dropFirst(folder.count + 1).split(separator: "/")
    let feed = inside.count == 2 ? inside.first.map(String.init) : nil
    do {
      Terminal.complain("Importing \(path)")
      try await command.take(path, at: place, source: feed)
      move(path, to: "done")
    } catch let problem as Problem {
      Terminal.refuse(problem)
      if problem.kind != .unavailable { move(path, to: "refused") }
    } catch {
      Terminal.complain("\(error)")
    }
  }

  private func move(_ path: String, to name: String) {
    let file = URL(fileURLWithPath: path)
    let target = file.deletingLastPathComponent().appendingPathComponent(name)
    try? FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    let stamp = "\(SystemClock().now)".replacing(":", with: "")
    try? FileManager.default.moveItem(at: file, to: target.appendingPathComponent("\(stamp)-\(file.lastPathComponent)"))
  }
}
