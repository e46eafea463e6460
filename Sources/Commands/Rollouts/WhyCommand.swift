import AWSClient
import ArgumentParser
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import RolloutView

/// `weir why ROLLOUT`: the chain of reasons a Rollout is where it is.
struct WhyCommand: AsyncParsableCommand {
    /// How the reasons are printed.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract:
            "Say why a Rollout is where it is: what it waits for, since when, who must act, what is next.",
        discussion: """
            Reads the cluster, and AWS where a region and credentials are found, and asks the planner that the \
            controller runs. Nothing is changed.
            """)

    @Argument(help: "The name of the Rollout.", completion: .rolloutNames)
    var name: String

    @Option(name: .shortAndLong, help: "text or json.")
    var output = Output.text

    @Option(help: "The AWS region.")
    var awsRegion: String?

    @Option(
        name: .customLong("aws-endpoint-url"),
        help: "The ELBv2 endpoint to use instead of the region's.")
    var awsEndpointURL: String?

    @Flag(name: .customLong("no-aws"), help: "Do not read AWS.")
    var noAWS = false

    @Option(help: "The controller's --settle-seconds.")
    var settleSeconds: Double = 10

    @Flag(help: "Do not use colours.")
    var noColor = false

    @OptionGroup var client: ClientOptions

    init() {}

    func validate() throws {
        guard (0...3_600).contains(settleSeconds) else {
            throw ValidationError(
                "--settle-seconds is \(settleSeconds); give a number of seconds from 0 to 3600.")
        }
    }

    func run() async throws {
        let (name, output, isColoured) = (name, output, Screen.isColoured(noColor: noColor))
        let (settle, skipsAWS) = (Duration.milliseconds(Int64(settleSeconds * 1_000)), noAWS)
        let options = AWSOptions(region: awsRegion, endpointURL: awsEndpointURL)
        let command = Invocation.process.spoken
        try await RolloutSession.run(client) { session in
            let rollout = try await session.rollout(name)
            let inquiry = Inquiry(about: rollout, settleTime: settle)
            let world = try await Inquiry.world(of: rollout, session)
            let answer = try await AWSReading.with(options, skips: skipsAWS, logger: session.logger) {
                aws in
                await inquiry.ask(about: rollout.key, in: world, aws)
            }
            let reference = try ReferencedWorkload(of: rollout)
            let family = RolloutFamily(
                rollout, replicaSets: world.objects.objects(.replicaSet, namespace: rollout.namespace),
                pods: world.objects.objects(.pod, namespace: rollout.namespace),
                workload: reference.flatMap { world.objects.object($0.kind, $0.key) })
            let findings = answer.plan.decisions.map {
                Explanation.Finding(code: $0.code, message: $0.message, waitingFor: $0.waitingFor)
            }
            let explanation = Explanation(
                family, findings: findings, pending: Inquiry.changes(in: answer.plan), notes: answer.notes,
                command: command)
            switch output {
            case .text:
                StandardStream.output.write(explanation.text(now: WallClock().now, isColoured: isColoured))
            case .json: StandardStream.output.line(explanation.document.prettyText)
            }
        }
    }
}

/// Asks the rollout planner what it would do now.
struct Inquiry: Sendable {
    /// A plan, and what it could not take into account.
    struct Answer: Sendable {
        var plan: Plan
        var notes: [String]
    }

    /// Facts ask for further facts; a chain is never longer than this.
    private static let roundsMax = 5
    /// The longest description of a change.
    private static let lengthMax = 160

    private let settings: RolloutSettings

    /// Asks as the controller that serves the Rollout, whatever its instance.
    init(about rollout: KubernetesObject, settleTime: Duration) {
        settings = RolloutSettings(
            settleTime: settleTime, instanceID: rollout.label(RolloutKeys.instanceID) ?? "")
    }

    /// What the controller would have in its cache about a Rollout.
    static func world(of rollout: KubernetesObject, _ session: RolloutSession) async throws -> World {
        var world = World()
        world.objects.insert(rollout, .rollout)
        for kind in RolloutController().watchedKinds where kind != .rollout {
            do {
                for object in try await session.objects(kind) { world.objects.insert(object, kind) }
            } catch is KindNotServed {
                continue
            }
        }
        return world
    }

    /// Plans, reads what the plan asks for, and plans again, until it has all it wants.
    func ask(about key: ObjectKey, in world: World, _ aws: AWSReading) async -> Answer {
        var world = world
        var notes: [String] = []
        var asked: Set<ObservationSubject> = []
        for _ in 0..<Self.roundsMax {
            let plan = RolloutController(settings: settings).plan(key, in: world, now: WallClock().now)
            let wanted = plan.observations.map(\.subject).filter { !asked.contains($0) }.sorted()
            if wanted.isEmpty { return Answer(plan: plan, notes: notes) }
            guard let elb = aws.elb else {
                notes.append("AWS was not read: \(aws.problem)")
                return Answer(plan: plan, notes: notes)
            }
            for subject in wanted {
                asked.insert(subject)
                let observation = await ObservationReader.read(subject, from: elb) { WallClock().now }
                if case .failure(let failure) = observation.result {
                    notes.append("\(subject): \(failure)")
                }
                world.observations[subject] = observation
            }
        }
        let plan = RolloutController(settings: settings).plan(key, in: world, now: WallClock().now)
        return Answer(plan: plan, notes: notes)
    }

    /// The changes of a plan that people care about, in its order.
    static func changes(in plan: Plan) -> [String] {
        plan.effects.compactMap { effect in
            if case .event = effect { return nil }
            // The status and the record of what is confirmed are Weir's own notes.
            if case .kubernetes(.patch(let patch)) = effect, patch.kind == .rollout, patch.body["spec"] == nil {
                return nil
            }
            let text = "\(effect)"
            return text.count <= lengthMax ? text : "\(text.prefix(lengthMax))…"
        }
    }
}
