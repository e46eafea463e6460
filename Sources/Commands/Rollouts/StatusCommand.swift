import ArgumentParser
import KubernetesClient
import KubernetesModel
import RolloutView

/// `weir status ROLLOUT`: waits until an update has ended, well or not; the exit code says which.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Wait until a Rollout is Healthy or Degraded, and say so as it changes.",
        discussion: """
            The exit code is 0 when the Rollout is Healthy, and 1 when it is Degraded or the timeout has passed. With \
            --no-watch (or --watch=false) its present state is printed, and only Degraded is an error.
            """)

    @Argument(help: "The name of the Rollout.", completion: .rolloutNames)
    var name: String

    @Flag(name: .shortAndLong, inversion: .prefixedNo, help: "Wait for the end.")
    var watch = true

    @Option(name: .shortAndLong, help: "How long to wait, such as 5m; 0 waits for ever.")
    var timeout: GoDurationArgument = "0"

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        let (name, watch, limit) = (name, watch, timeout.duration)
        try await RolloutSession.run(client) { session in
            let rollout = try await session.rollout(name)
            guard watch else {
                let phase = ClientPhase(of: try await Self.family(rollout, session))
                StandardStream.output.line(Self.text(phase))
                return try Self.check(phase)
            }
            let reference = try ReferencedWorkload(of: rollout)
            let feed = RolloutFeed(
                session, namespace: session.namespace, name: name, kinds: reference.map { [$0.kind] } ?? [])
            let last = LastText()
            let isEnded = try await feed.follow(within: limit == .zero ? nil : limit) { families in
                guard let family = families.first else {
                    throw RolloutSession.missing(name, in: session.namespace)
                }
                let phase = ClientPhase(of: family)
                if last.replace(with: Self.text(phase)) { StandardStream.output.line(Self.text(phase)) }
                try Self.check(phase)
                return !phase.isFinal
            }
            guard isEnded else { throw UsageProblem("Rollout status watch exceeded timeout") }
        }
    }

    private static func family(_ rollout: KubernetesObject, _ session: RolloutSession) async throws
        -> RolloutFamily
    {
        RolloutFamily(
            rollout, replicaSets: [], pods: [], workload: try await session.workload(of: rollout))
    }

    private static func text(_ phase: ClientPhase) -> String {
        phase.message.isEmpty ? phase.word : "\(phase.word) - \(phase.message)"
    }

    private static func check(_ phase: ClientPhase) throws {
        guard phase.word == "Degraded" else { return }
        throw UsageProblem("The rollout is in a degraded state with message: \(phase.message)")
    }
}
