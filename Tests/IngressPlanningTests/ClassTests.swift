import JSON
import KubernetesModel
import Testing

@testable import IngressPlanning

@Suite("Which Ingresses are ours") struct ClassTests {
    private func ingressClass(_ name: String, controller: String, isDefault: Bool = false) -> KubernetesObject {
        var document: JSONValue = [
            "kind": "IngressClass", "metadata": ["name": .string(name)], "spec": ["controller": .string(controller)],
        ]
        if isDefault {
            document.set("true", at: "metadata", "annotations", "ingressclass.kubernetes.io/is-default-class")
        }
        return KubernetesObject(document)
    }

    private func match(
        annotation: String? = nil, name: String? = nil, classes: [KubernetesObject] = [], flags: [String] = ["alb"]
    ) -> IngressClassMatch {
        var object = ingress(paths: [], classAnnotation: annotation)
        object.document.set(name.map { .string($0) }, at: "spec", "ingressClassName")
        var settings = testSettings
        settings.ingressClasses = flags
        return IngressClassMatch(of: object, classes: classes, settings: settings)
    }

    @Test func `the annotation alone decides when it is there`() {
        let ours = [ingressClass("mine", controller: "ingress.k8s.aws/alb")]
        #expect(match(annotation: "alb") == .ours)
        #expect(match(annotation: "nginx", name: "mine", classes: ours) == .foreign)
        #expect(match(annotation: "blue", flags: ["alb", "blue"]) == .ours)
        #expect(match(annotation: "alb", flags: ["blue"]) == .peers)
    }

    @Test func `a class belongs to the controller it names`() {
        let classes = [
            ingressClass("mine", controller: "ingress.k8s.aws/alb"), ingressClass("alb", controller: "somebody/else"),
        ]
        #expect(match(name: "mine", classes: classes) == .ours)
        #expect(match(name: "alb", classes: classes) == .foreign)
    }

    @Test func `a class that does not exist is ours only by a configured name`() {
        #expect(match(name: "alb") == .ours)
        guard case .invalid(let problem) = match(name: "typo") else {
            Issue.record("expected an invalid class")
            return
        }
        #expect(problem.description.contains("IngressClass 'typo' does not exist"))
    }

    @Test func `without any class the default decides, then the empty flag`() {
        #expect(match() == .foreign)
        #expect(match(flags: ["alb", ""]) == .ours)
        let one = ingressClass("one", controller: "ingress.k8s.aws/alb", isDefault: true)
        #expect(match(classes: [one]) == .ours)
        let two = ingressClass("two", controller: "ingress.k8s.aws/alb", isDefault: true)
        guard case .invalid = match(classes: [one, two]) else {
            Issue.record("expected two defaults to be refused")
            return
        }
    }

    @Test func `parameters of a class are refused by name, because they could mean anything`() {
        var mine = ingressClass("mine", controller: "ingress.k8s.aws/alb")
        mine.document.set(["kind": "IngressClassParams", "name": "internal"], at: "spec", "parameters")
        guard case .refused(let problem) = match(name: "mine", classes: [mine]) else {
            Issue.record("expected the parameters to be refused")
            return
        }
        #expect(problem.description.contains("IngressClassParams internal"))
    }
}
