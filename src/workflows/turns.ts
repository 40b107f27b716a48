/** The run turns back: thrown through the story, caught where the undo is done. Never reaches Temporal. */
export class GoBack extends Error {
  override readonly name = 'GoBack';
}

/** The run may not start at all: somebody else holds the deployment. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** `start --until SPn` was reached. */
export class EndEarly extends Error {
  override readonly name = 'EndEarly';
}
