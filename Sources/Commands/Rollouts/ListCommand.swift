import ArgumentParser
import ControllerRuntime
import KubernetesClient
import KubernetesModel
import RolloutView
import Synchronization

/// `weir list`: what there is.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List Rollouts.",
        subcommands: [ListRolloutsCommand.self, ExperimentCommand.self])
}

/// `weir list rollouts`: a table of the Rollouts of a namespace, or of all.
struct ListRolloutsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollouts",
        abstract: "List the Rollouts of a namespace, or of all.",
        discussion:
            "With --watch, a line is printed for every Rollout whose line has changed, until Ctrl-C.",
        aliases: ["ro", "rollout"])

    @Option(help: "Only the Rollout of this name.", completion: .rolloutNames)
    var name: String?

    @Flag(name: [.customShort("A"), .long], help: "The Rollouts of all namespaces.")
    var allNamespaces = false

    @Flag(name: .shortAndLong, help: "Print a line again whenever it changes.")
    var watch = false

    @Flag(help: "Begin each line with the time.")
    var timestamps = false

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        let (name, all, watch) = (name, allNamespaces, watch)
        let printer = TablePrinter(RolloutListTable(showsNamespace: all, showsTime: timestamps))
        try await RolloutSession.run(client) { session in
            let namespace = all ? nil : session.namespace
            let fields = name.map { "metadata.name=\($0)" } ?? ""
            let list = try await session.api.list(
                .rollout, WatchScope(namespace: namespace, fields: fields))
            let kinds: [ResourceKind] = [.replicaSet]
            if !watch {
                let replicaSets = try await session.api.list(.replicaSet, WatchScope(namespace: namespace))
                    .items
                let families = list.items.map { rollout in
                    RolloutFamily(
                        rollout, replicaSets: replicaSets.filter { $0.namespace == rollout.namespace }, pods: []
                    )
                }
                guard !families.isEmpty else { return StandardStream.error.line("No resources found.") }
                return printer.print(families, now: WallClock().now)
            }
            let feed = RolloutFeed(session, namespace: namespace, name: name, kinds: kinds)
            _ = try await feed.follow { families in
                printer.print(families, now: WallClock().now)
                return true
            }
        }
    }
}

/// Prints the lines of a table that were not printed before.
private final class TablePrinter: Sendable {
    private struct State {
        var table: RolloutListTable
        var isBegun = false
        var printed: [ObjectKey: [String]] = [:]
    }

    private let state: Mutex<State>

    init(_ table: RolloutListTable) {
        state = Mutex(State(table: table))
    }

    func print(_ families: [RolloutFamily], now: Timestamp) {
        let lines = state.withLock { state -> [String] in
            var rows: [[String]] = []
            for info in families.map(RolloutInfo.init) {
                let row = state.table.row(info, now: now)
                let cells = Array(row.dropFirst(state.table.header.first == "TIMESTAMP" ? 1 : 0))
                guard state.printed[info.object.key] != cells else { continue }
                state.printed[info.object.key] = cells
                rows.append(row)
            }
            guard !rows.isEmpty else { return [] }
            if !state.isBegun { rows.insert(state.table.header, at: 0) }
            state.isBegun = true
            return state.table.lines(rows)
        }
        for line in lines { StandardStream.output.line(line) }
    }
}
