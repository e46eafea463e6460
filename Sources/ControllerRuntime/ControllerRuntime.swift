import KubernetesModel
package import Logging
package import Planning
import Synchronization

/// Runs controllers against an API server and ELBv2: watches, plans, carries out, and looks again.
///
/// It decides nothing about the domain. `RuntimeState` says what is due; planners say what to do; this shell does it,
/// one key at a time per object, a bounded number of keys at once.
package final class ControllerRuntime: Sendable {
    private let state: Mutex<RuntimeState>
    private let settings: RuntimeSettings
    private let api: any KubernetesAPI
    private let elb: (any ELBAPI)?
    private let clock: RuntimeClock
    private let leadership: Leadership
    private let logger: Logger
    private let events: EventRecorder
    private let progress = Mutex(RuntimeProgress())
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let kinds: [ResourceKind]

    /// - Parameters:
    ///   - controllers: what is decided; their names must differ.
    ///   - elb: `nil` when no controller observes or changes AWS.
    package init(
        controllers: [any Controller], settings: RuntimeSettings = RuntimeSettings(), api: any KubernetesAPI,
        elb: (any ELBAPI)?, clock: RuntimeClock, leadership: Leadership = .alone, logger: Logger
    ) {
        let initial = RuntimeState(controllers: controllers, settings: settings)
        kinds = initial.watchedKinds
        state = Mutex(initial)
        self.settings = settings
        self.api = api
        self.elb = elb
        self.clock = clock
        self.leadership = leadership
        self.logger = logger
        events = EventRecorder(
            api: api, clock: clock, component: settings.component, leadership: leadership, logger: logger)
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs until the task is cancelled, or until `drain` was called and what was begun is done.
    package func run() async {
        await withDiscardingTaskGroup { outer in
            outer.addTask { [events] in await events.run() }
            await withDiscardingTaskGroup { group in
                for kind in kinds {
                    let reflector = makeReflector(kind)
                    group.addTask { await reflector.run() }
                }
                while await runTerm() {}
                group.cancelAll()
            }
            events.finish()
        }
    }

    /// Takes no more keys; `run` ends when the plans in hand are carried out and their Events are written.
    package func drain() {
        progress.withLock { $0.isDraining = true }
        wake.yield()
    }

    /// Looks again whether this process leads.
    package func leadershipChanged() {
        wake.yield()
    }

    /// What planners see now.
    package var world: World { state.withLock { $0.world } }

    /// Whether every watched kind has been listed.
    package var isSynced: Bool { state.withLock { $0.cache.isSynced(kinds) } }

    /// What the runtime is doing now.
    package var reading: RuntimeReading { state.withLock { $0.reading(now: clock.now()) } }

    /// What does not get on though it should, in words; asks the loop to show that it turns.
    package func problems() -> [String] {
        // In this order: the loop takes the question back when it goes round.
        let problems = progress.withLock { $0.problems(now: clock.now()) }
        wake.yield()
        return problems
    }

    private func makeReflector(_ kind: ResourceKind) -> Reflector {
        let kept = state.withLock { $0.fieldsKept[kind] } ?? .everything
        let scope = WatchScope(namespace: kind.isNamespaced ? settings.namespace : nil, kept: kept)
        return Reflector(
            kind: kind, scope: scope, api: api, clock: clock, logger: logger,
            listed: { [self] list in
                state.withLock { $0.replace(kind, with: list, now: clock.now()) }
                wake.yield()
            },
            received: { [self] event in
                state.withLock { $0.apply(event, kind, now: clock.now()) }
                wake.yield()
            })
    }

    /// Works while this process leads; what is still open when it no longer does is cancelled. `false` at the end of
    /// all.
    private func runTerm() async -> Bool {
        let isEnd = await withDiscardingTaskGroup(returning: Bool.self) { term in
            let isEnd = await dispatch(in: &term)
            term.cancelAll()
            return isEnd
        }
        wake.yield()
        return !isEnd
    }

    /// Starts work that is due; `true` when the runtime is to end, `false` when this process no longer leads.
    private func dispatch(in group: inout DiscardingTaskGroup) async -> Bool {
        var timer: Timestamp?
        var hasLed = false
        for await _ in wakeups {
            if Task.isCancelled { return true }
            let now = clock.now()
            if progress.withLock({ $0.dispatched() }), state.withLock({ $0.queue.workingCount }) == 0 { return true }
            guard leadership.isLeading else {
                if hasLed { return false }
                continue
            }
            hasLed = true
            if progress.withLock({ $0.isDraining }) { continue }
            let (ready, due) = state.withLock { ($0.takeReady(now: now), $0.nextDue()) }
            for key in ready {
                group.addTask { [self] in
                    await work(on: key)
                    wake.yield()
                }
            }
            while let order = state.withLock({ $0.takeRead(now: now) }) {
                group.addTask { [self] in
                    await read(order)
                    wake.yield()
                }
            }
            guard let due, due > now, timer.map({ due < $0 || $0 <= now }) ?? true else { continue }
            timer = due
            group.addTask { [self] in
                do { try await clock.sleep(now.duration(to: due)) } catch { return }
                wake.yield()
            }
        }
        return true
    }

    private func work(on key: WorkKey) async {
        let now = clock.now()
        progress.withLock { $0.moved(key, now: now) }
        let outcome = await reconcile(key, now: now)
        let end = clock.now()
        progress.withLock { $0.ended(key) }
        RuntimeMetrics.reconciled(
            controller: state.withLock { $0.controller(of: key).name }, outcome, took: now.duration(to: end))
    }

    private func reconcile(_ key: WorkKey, now: Timestamp) async -> RuntimeMetrics.Outcome {
        let (isCaughtUp, plan) = state.withLock { state -> (Bool, Plan) in
            guard state.isCaughtUp(key, now: now) else { return (false, Plan()) }
            return (true, state.plan(key, now: now))
        }
        guard isCaughtUp else {
            state.withLock { $0.postponed(key, now: clock.now()) }
            return .postponed
        }
        log(plan, for: key)
        for effect in plan.effects {
            do {
                try await carryOut(effect, of: plan, for: key)
            } catch {
                await failed(key, effect, error)
                return RuntimeMetrics.Outcome(error)
            }
            progress.withLock { $0.moved(key, now: clock.now()) }
        }
        state.withLock { state in
            let now = clock.now()
            let isWaiting = elb != nil && state.want(plan, by: key, now: now)
            state.succeeded(key, plan: plan, isWaiting: isWaiting, now: now)
        }
        return .done
    }

    private func carryOut(_ effect: Effect, of plan: Plan, for key: WorkKey) async throws {
        try Task.checkCancellation()
        switch effect {
        case .kubernetes(let write):
            let object = try await perform(write, for: key)
            await followUp(.done(object), of: write, for: key)
        case .elb(let request):
            guard let elb else { throw NoELB() }
            defer { state.withLock { $0.mutatedAWS(plan, now: clock.now()) } }
            let lane = CallLane(effectsOf: plan)
            _ = try await leadership.write {
                state.withLock { $0.sends(request, now: clock.now()) }
                return try await elb.call(request, lane: lane)
            }
        case .event(let record):
            events.record(record)
        }
        logger.info("effect", metadata: ["effect": "\(effect)"])
    }

    /// Sends a write, if this process still leads, and remembers what the cache must show.
    private func perform(_ write: KubernetesWrite, for key: WorkKey) async throws -> KubernetesObject? {
        do {
            let object = try await leadership.write { try await api.perform(write) }
            state.withLock { $0.wrote(write, answered: object, by: key, now: clock.now()) }
            RuntimeMetrics.wrote(write, failure: nil)
            return object
        } catch {
            RuntimeMetrics.wrote(write, failure: error)
            throw error
        }
    }

    /// Reads one subject of AWS for all keys that want to know it.
    private func read(_ order: ReadOrder) async {
        guard let elb else { return }
        let outcome = await ObservationReader.read(order, from: elb, now: clock.now)
        if Task.isCancelled { return state.withLock { $0.gaveUp(order.subject, now: clock.now()) } }
        if case .failure(let failure) = outcome.observation.result {
            logger.warning("aws read", metadata: ["subject": "\(order.subject)", "error": "\(failure)"])
        }
        state.withLock { state in
            state.observed(order.subject, outcome.observation, learned: outcome.learned, now: clock.now())
        }
    }

    /// Does what else a controller wants done about the outcome of a write; what is refused is left.
    private func followUp(_ outcome: WriteOutcome, of write: KubernetesWrite, for key: WorkKey) async {
        let effects = state.withLock { state in
            state.controller(of: key)
                .followUp(outcome, of: write, for: key.object, in: state.world, now: clock.now())
        }
        for effect in effects where !Task.isCancelled {
            do {
                switch effect {
                case .kubernetes(let write): _ = try await perform(write, for: key)
                case .event(let record): events.record(record)
                case .elb: preconditionFailure("no write to the API server is followed up by a call of AWS")
                }
            } catch {
                logger.debug("follow-up refused", metadata: ["effect": "\(effect)", "error": "\(error)"])
            }
        }
    }

    private func failed(_ key: WorkKey, _ effect: Effect, _ error: any Error) async {
        if error is CancellationError || error is NotLeading || Task.isCancelled {
            state.withLock { $0.failed(key, retryAfter: .seconds(1), now: clock.now()) }
            return
        }
        var generator = SystemRandomNumberGenerator()
        let (controller, count, world) = state.withLock { state in
            (state.controller(of: key), state.countFailure(key), state.world)
        }
        let policy = FailurePolicy(error)
        let delay = policy.delay(failures: count, using: &generator)
        let metadata: Logger.Metadata = [
            "controller": "\(controller.name)", "k8s.object": "\(key.object)", "error": "\(error)",
            "retry.after": "\(delay)",
        ]
        logger.log(level: policy == .replan ? .debug : .warning, "effect refused", metadata: metadata)
        if case .kubernetes(let write) = effect, let failure = error as? KubernetesFailure {
            await followUp(.refused(failure), of: write, for: key)
        }
        if policy != .replan, let record = controller.event(forFailure: "\(error)", of: key.object, in: world) {
            events.record(record)
        }
        state.withLock { $0.failed(key, retryAfter: delay, now: clock.now()) }
    }

    private func log(_ plan: Plan, for key: WorkKey) {
        guard logger.logLevel <= .debug else { return }
        for decision in plan.decisions {
            logger.debug("decision", metadata: ["k8s.object": "\(key.object)", "decision": "\(decision)"])
        }
    }
}

/// A planner asked for an AWS call where no AWS endpoint is configured.
private struct NoELB: Error, CustomStringConvertible {
    var description: String {
        "no ELBv2 endpoint is configured; start with --aws-region, or with --aws-endpoint-url"
    }
}
