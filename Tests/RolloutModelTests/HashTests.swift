import JSON
import RolloutModel
import Testing

@Suite("Fingerprints") struct HashTests {
    @Test(
        "of steps equal the reference's",
        arguments: [
            ("null", "5ffbfbbd64"), (#"[{"pause":{}}]"#, "6b9b86fbd5"), (#"[{"pause":{}},{"pause":{}}]"#, "79c9b9f6bf"),
        ])
    func steps(text: String, hash: String) throws {
        let steps = try JSONValue(parsing: text)
        #expect(StepHash.of(steps.isNull ? nil : steps) == hash)
        #expect(SafeHash.of(text) == hash)
    }

    @Test("of a Go encoded pod template equals the reference's encoding") func safeEncoding() {
        let text =
            #"{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"nginx","resources":{}}]}}"#
        #expect(SafeHash.of(text) == "567b4b5884")
    }

    @Test("of steps ignore the order of keys and values that mean nothing") func stepOrder() throws {
        let one = try JSONValue(parsing: #"[{"setCanaryScale":{"replicas":3,"weight":null},"setWeight":5}]"#)
        let other = try JSONValue(
            parsing: #"[{"setWeight":5,"setCanaryScale":{"matchTrafficWeight":false,"replicas":3}}]"#)
        #expect(StepHash.of(one) == StepHash.of(other))
    }

    /// These must never change: a different hash re-rolls every workload on an upgrade of Weir.
    @Test("of the corpus are what they were", arguments: HashCorpus.entries + HashCorpus.fields)
    func corpus(entry: HashCorpus.Entry) throws {
        let hash = PodTemplate(try JSONValue(parsing: entry.template)).hash()
        #expect(hash == entry.hash)
    }

    @Test("differ after a collision") func collision() throws {
        let template = PodTemplate(try JSONValue(parsing: HashCorpus.plain))
        let hashes = [template.hash(), template.hash(collisionCount: 0), template.hash(collisionCount: 1)]
        #expect(Set(hashes).count == 3)
    }
}

@Suite("Pod templates") struct PodTemplateTests {
    @Test("are the same after the API server has filled in its defaults") func defaults() throws {
        let written = PodTemplate(try JSONValue(parsing: HashCorpus.probed))
        let stored = PodTemplate(try JSONValue(parsing: HashCorpus.probedAsStored))
        #expect(written.isEquivalent(to: stored))
        #expect(written.hash() == stored.hash())
    }

    @Test(
        "differ when any of these changes",
        arguments: [
            (#""image":"shop:1""#, #""image":"shop:2""#), (#""containerPort":8080"#, #""containerPort":8081"#),
            (#""value":"a""#, #""value":"b""#), (#""cpu":"0.5""#, #""cpu":"501m""#),
            (#""periodSeconds":5"#, #""periodSeconds":6"#),
        ])
    func differ(before: String, after: String) throws {
        let changed = HashCorpus.probed.replacing(before, with: after)
        #expect(changed != HashCorpus.probed)
        let one = PodTemplate(try JSONValue(parsing: HashCorpus.probed))
        #expect(!one.isEquivalent(to: PodTemplate(try JSONValue(parsing: changed))))
    }

    @Test("are the same whatever our own label says") func label() throws {
        let template = PodTemplate(try JSONValue(parsing: HashCorpus.plain))
        #expect(PodTemplate(template.labelled(hash: "abc")).isEquivalent(to: template))
    }

    @Test(
        "compare quantities by amount",
        arguments: [
            ("0.005", "5m"), ("1000m", "1"), ("1024Ki", "1Mi"), ("1e3", "1k"), ("0.5Gi", "512Mi"), ("1500m", "1.5"),
        ])
    func quantities(one: String, other: String) {
        #expect(Quantity.canonical(one) == Quantity.canonical(other))
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + other + self[range.upperBound...]
    }
}
