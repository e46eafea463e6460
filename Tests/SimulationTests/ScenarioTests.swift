import Simulation
import Testing

@Suite("The scenarios") struct ScenarioTests {
    @Test("are twenty-four, each with a name of its own") func names() {
        let names = SimulationScenario.all.map(\.name)
        #expect(names.count == 24)
        #expect(Set(names).count == 24)
        #expect(SimulationScenario.runnable.count == 22)
    }

    @Test("about what Weir cannot do are refused, and say what is missing") func missing() throws {
        for scenario in SimulationScenario.all where scenario.missingFeature != nil {
            #expect(throws: SimulationRefusal.self) { try scenario.run(seed: 1) }
        }
        #expect(throws: SimulationRefusal.unknownScenario("none-such")) { try SimulationScenario.named("none-such") }
    }

    @Test("end as they should when nothing else goes wrong", arguments: SimulationScenario.runnable.map(\.name))
    func undisturbed(name: String) throws {
        for seed in Seeds.range(1) { try run(name, seed, .none) }
    }

    @Test("end as they should whatever else goes wrong", arguments: SimulationScenario.runnable.map(\.name))
    func disturbed(name: String) throws {
        for seed in Seeds.range(1) { try run(name, seed, .all) }
    }

    private func run(_ name: String, _ seed: Int, _ faults: SimulationFaults) throws {
        let outcome = try SimulationScenario.named(name).run(seed: UInt64(seed), faults: faults)
        let end = outcome.trace.suffix(30).joined(separator: "\n")
        #expect(outcome.isKept, "\(outcome.violations) \(outcome.ran.arguments)\n\(end)")
    }

    @Test("are the same twice, and the same with the faults that were drawn named one by one") func replay() throws {
        let scenario = try SimulationScenario.named("superseded-in-flight")
        let drawn = try scenario.run(seed: 12, faults: .all)
        let named = try SimulationScenario.run(drawn.ran)
        #expect(!drawn.ran.faults.kinds.isEmpty)
        #expect(drawn.trace == named.trace)
    }
}

@Suite("Cases that once broke a promise") struct FoundCaseTests {
    /// A case, and what was wrong.
    struct Found: Sendable, CustomTestStringConvertible {
        var scenario: String
        var seed: UInt64
        var faults: String
        var wrong: String

        init(_ scenario: String, _ seed: UInt64, _ faults: String, _ wrong: String) {
            (self.scenario, self.seed, self.faults, self.wrong) = (scenario, seed, faults, wrong)
        }

        var testDescription: String { wrong }
    }

    private static let found = [
        Found(
            "first-update-at-once", 111, "none",
            "a drained pod was registered again when it was deleted, because endpoints still named it"),
        Found(
            "selector-swap-throttled-register", 104, "aws-errors,node-drain",
            "the targets of evicted pods stayed while AWS refused to register others"),
        Found(
            "target-quota", 2005, "node-drain,other-controller-down",
            "the targets of evicted pods stayed while a target group was full"),
        Found(
            "surge-limit", 2004, "new-images",
            "pods that the spec keeps after a promotion were counted against the room for two versions"),
        Found(
            "last-step-slow-propagation", 3021, "crashing-pods,other-controller-down",
            "pods on their way out were given up as targets while the Ingress controller was away"),
        Found(
            "last-step-slow-propagation", 3028, "aws-errors,other-controller-down",
            "the same after AWS had failed to deregister others"),
        Found(
            "sticky-clients", 3013, "console-edits,other-controller-down",
            "a person gave weight to a group whose pod had gone, and nobody was there to take it out"),
        Found(
            "abort-shrunken-stable", 3006,
            "duplicated-watch-events,leader-change,slow-pods,stubborn-pods,hpa-changes,new-images",
            "stable was too small to take back what a superseded version had, and nothing moved"),
        Found(
            "verification-throttled", 30001, "slow-propagation,crashing-pods",
            "a pod on its way out stopped being ready, and was not waited for any more"),
        Found(
            "abort-shrunken-stable", 30021, "slow-pods,node-drain,other-controller-down",
            "a ReplicaSet that had not noticed an eviction deleted one pod more than was meant"),
        Found(
            "node-drain", 30038,
            "api-answers-lost,lost-watch-events,controller-crash,aws-errors,crashing-pods,slow-pods,console-edits",
            "a pod that was not ready made another one, which was a target, look superfluous"),
        Found(
            "strategy-switch", 30029, "lost-watch-events",
            "both Services selected former versions, and neither could be made to lead to stable"),
        Found(
            "strategy-switch", 30037, "late-health,new-images",
            "the only Service that led to stable was given to the new version"),
        Found(
            "target-quota", 30015, "node-drain,hpa-changes",
            "what a full target group had no room for was not excused"),
        Found(
            "verification-throttled", 30002, "console-edits",
            "nobody can mend a rule while AWS answers nothing, and the check did not know"),
        Found(
            "surge-limit", 50005, "slow-pods,new-images",
            "pods of a version that was superseded before it was a target were counted at once"),
        Found(
            "strategy-switch", 60042, "leader-change,hpa-changes",
            "pods of a former version counted as available behind the active Service"),
        Found(
            "delete-mid-update", 70038, "lost-watch-events,hpa-changes",
            "a deleted Ingress made the check forget that the Rollout was just being made smaller"),
        Found(
            "strategy-switch", 100497, "api-conflicts,controller-crash,hpa-changes",
            "a read from before Weir's own change of the rule proved a weight"),
        Found(
            "sticky-clients", 101056, "late-health,failing-health,crashing-pods,console-edits,other-controller-down",
            "cookies were let into a target group again whose former pods had gone because none led there"),
        Found(
            "sticky-clients", 101239, "api-conflicts,node-drain",
            "stickiness came back while former pods were targets still, and again and again"),
    ]

    @Test("keep it", arguments: found) func kept(_ found: Found) throws {
        let faults = try SimulationFaults(parsing: found.faults)
        let outcome = try SimulationScenario.named(found.scenario).run(seed: found.seed, faults: faults)
        #expect(outcome.isKept, "\(outcome.violations)")
    }
}

@Suite("The faults") struct FaultListTests {
    @Test("are read and written by name") func names() throws {
        #expect(try SimulationFaults(parsing: "none") == .none)
        #expect(try SimulationFaults(parsing: "all") == .all)
        let some = try SimulationFaults(parsing: "node-drain,api-conflicts")
        #expect(some.description == "api-conflicts,node-drain")
        #expect(throws: UnknownFault(name: "rain")) { try SimulationFaults(parsing: "rain") }
    }
}

@Suite("A case that breaks a promise") struct ShrinkerTests {
    @Test("is made smaller until nothing can be left out") func shrinks() throws {
        // Breaks whenever images are new and the second event of the script happens.
        let shrinker = SimulationShrinker { (ran) throws(SimulationRefusal) in
            var outcome = SimulationOutcome(ran)
            outcome.events = ["script/0", "script/1", "new-images/0", "node-drain/0"].filter { event in
                event.hasPrefix("script") || ran.faults.kinds.contains { event.hasPrefix($0.rawValue) }
            }
            let happens = Set(outcome.events).subtracting(ran.omitted)
            if happens.isSuperset(of: ["script/1", "new-images/0"]) {
                outcome.violations = [.init(.reachablePodsLive, "a pod", "is gone", elapsed: .seconds(1))]
            }
            return outcome
        }
        let whole = SimulationCase(
            scenario: "x", seed: 1, faults: SimulationFaults([.newImages, .nodeDrain, .slowPods]))
        var outcome = SimulationOutcome(whole)
        outcome.events = ["script/0", "script/1", "new-images/0", "node-drain/0"]
        outcome.violations = [.init(.reachablePodsLive, "a pod", "is gone", elapsed: .seconds(1))]
        let smallest = try shrinker.shrunken(outcome)
        #expect(smallest.ran.faults == SimulationFaults([.newImages]))
        #expect(smallest.ran.omitted == ["script/0"])
        #expect(smallest.ran.arguments == "--scenario x --seed 1 --faults new-images --without script/0")
    }
}
