import KubernetesModel

extension Simulation {
    /// At one time no more rounds than this can be meant.
    private static let roundsMax = 10_000

    /// Lets time pass until a condition holds after a moment, or for `limit` at most.
    ///
    /// - Returns: whether the condition held.
    @discardableResult
    package mutating func run(
        within limit: Duration, until isReached: (Simulation) -> Bool = { _ in false }
    ) -> Bool {
        let end = now.advanced(by: limit)
        live()
        while !isReached(self) {
            guard let next = nextDue(), next <= end else {
                now = end
                live()
                return isReached(self)
            }
            guard moments < settings.momentsMax else {
                stop("more than \(settings.momentsMax) moments")
                return false
            }
            now = max(next, now.advanced(by: .microseconds(1)))
            live()
        }
        return true
    }

    /// When something happens next; `nil` when the world is at rest for ever.
    private mutating func nextDue() -> Timestamp? {
        let times = [
            agenda.first?.due, pods.nextDue, world.loadBalancerWake(after: now), builtIns.nextDue(),
            weir.nextDue(), standby?.nextDue(), ingress?.nextDue(),
        ]
        return times.compactMap { $0 }.min()
    }

    /// Does everything that is due at this moment, then checks the promises.
    private mutating func live() {
        moments += 1
        var rounds = 0
        while round() {
            rounds += 1
            guard rounds < Self.roundsMax else {
                stop("more than \(Self.roundsMax) rounds at one time")
                break
            }
        }
        observer.catchUp(world.cluster)
        guard settings.checksPromises else { return }
        if promises.looksAtWaits(now: now) { promises.checkWaits(observer.rollouts, waits, in: &world, now: now) }
        promises.check(observer, pods, &world, now: now)
    }

    /// One turn of everybody; `true` when something happened.
    private mutating func round() -> Bool {
        var hasMoved = false
        while let first = agenda.first, first.due <= now {
            agenda.removeFirst()
            perform(first.action)
            hasMoved = true
        }
        if let writes = pods.step(world.cluster, now: now) {
            for write in writes { world.perform(write, by: nil, now: now) }
            hasMoved = true
        }
        if world.stepLoadBalancer(pods, now: now) { hasMoved = true }
        if Self.turn(of: &builtIns, in: &world, now: now) { hasMoved = true }
        if Self.turn(of: &weir, in: &world, now: now) { hasMoved = true }
        if Self.turn(of: &standby, in: &world, now: now) { hasMoved = true }
        if Self.turn(of: &ingress, in: &world, now: now) { hasMoved = true }
        return hasMoved
    }

    private static func turn(
        of actor: inout SimulatedActor?, in world: inout SimulatedWorld, now: Timestamp
    ) -> Bool {
        guard var process = actor.take() else { return false }
        defer { actor = process }
        return turn(of: &process, in: &world, now: now)
    }

    /// What a process hears, does, and will hear.
    private static func turn(of actor: inout SimulatedActor, in world: inout SimulatedWorld, now: Timestamp) -> Bool {
        let hasHeard = actor.deliver(world.cluster, now: now)
        let hasWorked = actor.work(in: &world, now: now)
        actor.notice(world.cluster, now: now, using: &world.random)
        return hasHeard || hasWorked
    }

    private mutating func stop(_ why: String) { report(.worldEnds, "the simulation", why) }

    /// Records that a promise was broken.
    mutating func report(_ promise: SimulationPromise, _ subject: String, _ details: String) {
        promises.report(SimulationViolation(promise, subject, details, elapsed: elapsed), in: &world)
    }

    /// Whether something that was scheduled has yet to happen.
    var isDisturbed: Bool { !agenda.isEmpty }
}
