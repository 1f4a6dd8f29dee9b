import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain serve`: pages, API and background work of one company.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves a company's pages and API until it is told to stop.",
    discussion: "Example:\n  valuechain serve --database data/company.sqlite --port 8080")

  @OptionGroup var store: StoreOptions
  @Option(help: "The address to listen on.") var host = "127.0.0.1"
  @Option(help: "The port; 0 takes any that is free.") var port = 8080
  @Option(help: "The address people use, such as https://crm.example.com; needed behind a proxy.") var baseURL: String?
  @Option(help: "The folder with the files every page needs. Default: VALUECHAIN_ASSETS, or .cache/assets.")
  var assets: String?

  @Option(help: "Calls of the API a key or session may make in a minute; 0 for any number.") var rate = 600
  @Flag(help: "A proxy in front says in X-Forwarded-For who asks.") var behindProxy = false
  @Option(help: "An address or range of private networks that webhooks may be sent to; may be given often.")
  var allowPrivate: [String] = []
  @Option(help: "How the log on standard error is written: text or json. LOG_LEVEL=info logs every request.")
  var logFormat: LogFormat = .text

  func validate() throws {
    guard rate >= 0 else { throw ValidationError("--rate takes 0 or more.") }
    guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535.") }
  }

  func run() async throws {
    let place = try Door.place(store)
    if let free = try? FileManager.default.attributesOfFileSystem(forPath: place.folder)[.systemFreeSize] as? NSNumber,
      free.int64Value < 50 << 20
    {
      Terminal.complain("warning: less than 50 MB are free in \(place.folder).")
    }
    let database = try await Database.open(place)
    var settings = Settings()
    settings.host = host
    settings.port = port
    settings.baseURL = baseURL
    settings.requestsPerMinute = rate
    settings.isBehindProxy = behindProxy
    settings.outlets = try Outlets(allowing: allowPrivate)
    settings.metricsToken = try Secrets.text("VALUECHAIN_METRICS_TOKEN", atLeast: 16)
    settings.assets = assets ?? ProcessInfo.processInfo.environment["VALUECHAIN_ASSETS"] ?? ServeCommand.nearbyAssets
    if settings.assets == nil {
      Terminal.complain("warning: no folder with the pages' files was found; run bin/setup, or give --assets.")
    }
    do {
      let house = try House(database, settings: settings, log: Door.log(logFormat))
      let shown = "http://\(host.contains(":") ? "[\(host)]" : host)"
      try await Serving(house).run { port in
        print("Serving \(place) on \(shown):\(port)")
        fflush(nil)
      }
      try await database.close()
    } catch let error as any CustomStringConvertible where "\(error)".contains("Address already in use") {
      try? await database.close()
      throw Problem(
        .unavailable, field: "port", "Port \(port) is taken by another program.", mend: "Choose another with --port.")
    } catch {
      try? await database.close()
      throw error
    }
  }

  private static var nearbyAssets: String? {
    // Started by its name alone, the first argument leads nowhere.
    let itself = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(fileURLWithPath: itself ?? CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    var folder = program.deletingLastPathComponent()
    for _ in 0..<5 {
      for name in [".cache/assets", "share/valuechain/assets"] {
        let candidate = folder.appendingPathComponent(name).path
        if FileManager.default.fileExists(atPath: candidate) { return candidate }
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }
}

extension LogFormat: ExpressibleByArgument {}

/// What only this machine knows: given by the environment, or by a file that it names.
enum Secrets {
  /// The value of a variable, or of the file its name with `_FILE` leads to; nil when there is neither.
  static func text(_ name: String, atLeast length: Int) throws -> String? {
    let environment = ProcessInfo.processInfo.environment
    var found = environment[name]
    if let path = environment[name + "_FILE"], !path.isEmpty {
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw Problem(.notFound, field: name + "_FILE", "There is no file \(path).", mend: "Check the name.")
      }
      found = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let found, !found.isEmpty else { return nil }
    guard found.utf8.count >= length else {
      throw Problem(.invalid, field: name, "It is shorter than \(length) characters.", mend: "Make a longer one.")
    }
    return found
  }
}
