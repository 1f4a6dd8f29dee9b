import Foundation
import Hummingbird
import HummingbirdCore
import Kernel
import Logging
import NIOCore
import ServiceLifecycle
import Store
import UnixSignals

/// Serves a company until the process is told to stop: pages and API on a port, commands on a socket in the data folder,
/// and the runner of its jobs.
package struct Serving: Sendable {
  let house: House

  package init(_ house: House) { self.house = house }

  /// - Parameter onReady: called with the port once connections are taken.
  package func run(onReady: @escaping @Sendable (Int) -> Void) async throws {
    let settings = house.settings
    try await house.sweepUploads()
    // Whoever was erased and came back with a backup goes before anybody can look.
    try await house.modules.erasures.replay()
    try await house.modules.attachments.sweepOrphans()
    var server = application(.hostname(settings.host, port: settings.port), isOperator: false) { channel in
      onReady(channel.localAddress?.port ?? settings.port)
    }
    let socket = house.database.place.socketPath
    unlink(socket)
    let operatorDoor = application(.unixDomainSocket(path: socket), isOperator: true) { _ in chmod(socket, 0o600) }
    server.addServices(
      operatorDoor, RunnerService(house: house), MonthlyService(house: house), ClockService(house: house),
      CourierService(house: house), RuleService(house: house),
      SearchService(house: house), KeepingService(house: house))
    defer { unlink(socket) }
    try await runUntilTold([.init(service: server)])
  }

  /// Runs until a signal tells it to stop. Then it is no longer ready, ends what is in flight and stops its jobs at a row
  /// boundary; a second signal ends it at once.
  private func runUntilTold(_ services: [ServiceGroupConfiguration.ServiceConfiguration]) async throws {
    var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
    configuration.maximumGracefulShutdownDuration = Stopping.patience
    let group = ServiceGroup(configuration: configuration)
    let stopping = house.stopping
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let listening = Task {
      for await _ in signals {
        if stopping.isStopping { _exit(1) }
        stopping.begin()
        Task {
          await stopping.waitForWatchers()
          await group.triggerGracefulShutdown()
        }
      }
    }
    defer { listening.cancel() }
    try await group.run()
  }

  private var quiet: Logger {
    Logger(label: house.log.label) { _ in QuietLog(log: house.log, logLevel: max(house.log.logLevel, .warning)) }
  }

  private func application(
    _ address: BindAddress, isOperator: Bool, _ onRunning: @escaping @Sendable (any Channel) async -> Void
  ) -> Application<Responder> {
    Application(
      responder: Responder(house: house, isOperator: isOperator),
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(isOperator ? 3_600 : 30),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: address, serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(512)),
      onServerRunning: onRunning, logger: quiet)
  }
}

/// The company's jobs, run beside the server.
private struct RunnerService: Service {
  let house: House

  func run() async throws {
    try? await house.modules.imports.noteBroken()
    try? await house.modules.exports.sweep()
    _ = try? await house.modules.judging.run()
    try? await house.modules.searches.beginWhenEmpty()
    await cancelWhenGracefulShutdown { await house.runner().run() }
  }
}

/// Messages to other programs, sent beside the server.
private struct CourierService: Service {
  let house: House

  func run() async throws {
    await cancelWhenGracefulShutdown { await house.courier().run() }
  }
}

/// The words of what imports brought, written beside what people do.
private struct SearchService: Service {
  let house: House

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await house.modules.searches.catchUp()
        } catch is CancellationError {
          return
        } catch {
          house.log.warning("what came in could not be made findable", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .milliseconds(500))
      }
    }
  }
}

/// The rules, carried out beside the server.
private struct RuleService: Service {
  let house: House

  func run() async throws {
    await cancelWhenGracefulShutdown { await house.ruleWatch().run() }
  }
}

/// Has the portfolio frozen when a month has begun.
private struct MonthlyService: Service {
  let house: House

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await house.modules.versions.queueMonthly()
          try await house.modules.exports.sweep()
        } catch {
          house.log.warning("the month's portfolio could not be queued", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(60))
      }
    }
  }
}

/// Tells people of what has come: reminders within seconds, decisions to be reviewed and what is to be swept once a day.
private struct ClockService: Service {
  let house: House

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var day: Day?
      while !Task.isCancelled {
        do {
          try await house.modules.tasks.remind()
          let today = house.clock.now.day(in: try await house.company().zone)
          if day != today {
            try await house.modules.notifications.tellOfDecisions(today: today)
            try await house.modules.notifications.sweep()
            try await house.modules.attachments.sweep()
            day = today
          }
        } catch {
          house.log.warning("what has come could not be told", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(5))
      }
    }
  }
}

/// Keeps the clock of backups, and writes the end of the audit chain where nobody who changes the store can reach it.
private struct KeepingService: Service {
  let house: House

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var told: Instant?
      while !Task.isCancelled {
        do {
          try await house.modules.backups.queueDue()
          let now = house.clock.now
          if told.map({ now.seconds(since: $0) >= 3_600 }) ?? true {
            try await house.modules.retentions.queueDue()
            try await tellAuditEnd()
            told = now
          }
        } catch {
          house.log.warning("what is due could not be queued", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(60))
      }
    }
  }

  private func tellAuditEnd() async throws {
    let end = try await house.database.read { try $0.auditEnd() }
    let code = end.code.prefix(16).map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
    house.log.notice("audit chain", metadata: ["line": "\(end.sequence)", "code": "\(code)"])
  }
}
