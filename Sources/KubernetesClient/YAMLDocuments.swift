package import JSON
import Yams

/// Text that is not the YAML this program reads: where, and what is wrong.
package struct YAMLProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// 1-based; 0 where the place is not known.
    package var line: Int
    /// 1-based; 0 where the place is not known.
    package var column: Int
    package var problem: String

    package var description: String {
        line > 0 ? "line \(line), column \(column): \(problem)" : problem
    }
}

/// Reads YAML as Kubernetes does: into the JSON it stands for.
///
/// Scalars are resolved as YAML 1.1 in the Go parser which kubectl uses: `yes`, `on` and the like are booleans, dates
/// and `1:30` are strings. Keys must be scalars; merge keys (`<<`) and anchors are followed.
package enum YAMLDocuments {
    /// The most values one text may expand to, aliases included.
    static let valueCountMax = 300_000

    /// The documents of a text, in order, without the empty ones.
    ///
    /// - Throws: `YAMLProblem` with line and column for text that is not YAML, for values that JSON cannot hold
    ///   (`.nan`, `.inf`), for keys that are not scalars, and for texts that expand to more than 300,000 values.
    package static func parse(_ text: String) throws(YAMLProblem) -> [JSONValue] {
        var budget = valueCountMax
        var documents: [JSONValue] = []
        for node in try nodes(of: text) {
            let value = try convert(node, &budget)
            if !value.isNull { documents.append(value) }
        }
        return documents
    }

    private static func nodes(of text: String) throws(YAMLProblem) -> [Node] {
        do {
            let parser = try Parser(yaml: text)
            var nodes: [Node] = []
            while let node = try parser.nextRoot() {
                nodes.append(node)
            }
            return nodes
        } catch let error as YamlError {
            throw problem(error)
        } catch {
            throw YAMLProblem(line: 0, column: 0, problem: "\(error)")
        }
    }

    private static func problem(_ error: YamlError) -> YAMLProblem {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            YAMLProblem(line: mark.line, column: mark.column, problem: problem)
        case .reader(let problem, let offset, _, _):
            YAMLProblem(line: 0, column: 0, problem: "\(problem) at offset \(offset ?? 0)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            YAMLProblem(
                line: context.mark.line, column: context.mark.column,
                problem: "key \"\(duplicates.joined(separator: "\", \""))\" is set more than once in one mapping")
        default:
            YAMLProblem(line: 0, column: 0, problem: "\(error)")
        }
    }

    private static func convert(_ node: Node, _ budget: inout Int) throws(YAMLProblem) -> JSONValue {
        budget -= 1
        if budget < 0 {
            throw failure(node, "the document expands to more than \(valueCountMax) values; remove nested aliases")
        }
        switch node {
        case .scalar(let scalar):
            return try YAMLScalar.value(of: scalar, at: node)
        case .sequence(let sequence):
            var values: [JSONValue] = []
            values.reserveCapacity(sequence.count)
            for element in sequence {
                values.append(try convert(element, &budget))
            }
            return .array(values)
        case .mapping(let mapping):
            return .object(try convert(mapping, &budget))
        case .alias:
            throw failure(node, "an alias names no anchor of this document")
        }
    }

    private static func convert(_ mapping: Node.Mapping, _ budget: inout Int) throws(YAMLProblem) -> JSONObject {
        var object = JSONObject()
        var merged: [JSONObject] = []
        for (keyNode, valueNode) in mapping {
            guard case .scalar(let key) = keyNode else {
                throw failure(keyNode, "a key must be a scalar")
            }
            if key.string == "<<", key.style == .plain {
                merged += try mergedMappings(valueNode, &budget)
                continue
            }
            if object[key.string] != nil {
                throw failure(keyNode, "key \"\(key.string)\" is already set in this mapping")
            }
            object[key.string] = try convert(valueNode, &budget)
        }
        for source in merged {
            for (key, value) in source where object[key] == nil {
                object[key] = value
            }
        }
        return object
    }

    private static func mergedMappings(_ node: Node, _ budget: inout Int) throws(YAMLProblem) -> [JSONObject] {
        switch node {
        case .mapping(let mapping):
            return [try convert(mapping, &budget)]
        case .sequence(let sequence):
            var objects: [JSONObject] = []
            for element in sequence {
                guard case .mapping(let mapping) = element else { throw failure(element, "<< takes mappings only") }
                objects.append(try convert(mapping, &budget))
            }
            return objects
        case .scalar, .alias:
            throw failure(node, "<< takes mappings only")
        }
    }

    static func failure(_ node: Node, _ problem: String) -> YAMLProblem {
        YAMLProblem(line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, problem: problem)
    }
}
